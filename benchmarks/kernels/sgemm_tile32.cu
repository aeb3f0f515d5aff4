// C = A B through shared tiles of 32 x 32.
#include "sgemm_tile.cuh"

int main(int argc, char** argv) { return bench::sgemm_tile_main<32>("sgemm_tile32", argc, argv); }

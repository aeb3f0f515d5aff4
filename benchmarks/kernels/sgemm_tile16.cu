// C = A B through shared tiles of 16 x 16.
#include "sgemm_tile.cuh"

int main(int argc, char** argv) { return bench::sgemm_tile_main<16>("sgemm_tile16", argc, argv); }

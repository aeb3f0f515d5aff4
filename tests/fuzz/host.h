// The host program that runs generated kernels under an emulator: PROGRAM CASES RESULTS FIRST.
//
// CASES holds, for each case, the 32-bit numbers of struct Header, the bytes of every buffer with its size in front of
// it, and the scalars. RESULTS gets a 32-bit cudaError_t for each case and, if that is 0, the outputs.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

struct Header {
  uint32_t grid[3], block[3], dynamic_shared, inputs, outputs, scalar_bytes;
};

static std::vector<char> read_bytes(FILE *file, size_t size) {
  std::vector<char> bytes(size);
  if (size && fread(bytes.data(), size, 1, file) != 1) exit(2);
  return bytes;
}

static cudaError_t run_case(const void *kernel, const Header &header, const std::vector<std::vector<char>> &buffers,
                            std::vector<char> &scalars, std::vector<char *> &device) {
  for (const auto &buffer : buffers) {
    char *pointer = nullptr;
    if (cudaMalloc((void **)&pointer, buffer.size()) != cudaSuccess) exit(2);
    cudaMemcpy(pointer, buffer.data(), buffer.size(), cudaMemcpyHostToDevice);
    device.push_back(pointer);
  }
  std::vector<void *> arguments;
  for (char *&pointer : device) arguments.push_back(&pointer);
  for (unsigned offset : SCALAR_OFFSETS) arguments.push_back(scalars.data() + offset);
  const dim3 grid(header.grid[0], header.grid[1], header.grid[2]);
  const dim3 block(header.block[0], header.block[1], header.block[2]);
  const cudaError_t error = cudaLaunchKernel(kernel, grid, block, arguments.data(), header.dynamic_shared, nullptr);
  return error != cudaSuccess ? error : cudaDeviceSynchronize();
}

int main(int, char **words) {
  FILE *cases = fopen(words[1], "rb"), *results = fopen(words[2], "ab");
  const unsigned first = (unsigned)atoi(words[3]), count = sizeof KERNELS / sizeof *KERNELS;
  if (!cases || !results) return 2;
  for (unsigned number = 0; number < count; ++number) {
    Header header;
    if (fread(&header, sizeof header, 1, cases) != 1) return 2;
    std::vector<std::vector<char>> buffers;
    for (unsigned place = 0; place < header.inputs + header.outputs; ++place) {
      uint32_t size;
      if (fread(&size, sizeof size, 1, cases) != 1) return 2;
      buffers.push_back(read_bytes(cases, size));
    }
    std::vector<char> scalars = read_bytes(cases, header.scalar_bytes);
    if (number < first) continue;
    std::vector<char *> device;
    const uint32_t error = (uint32_t)run_case(KERNELS[number], header, buffers, scalars, device);
    fwrite(&error, sizeof error, 1, results);
    for (unsigned place = header.inputs; !error && place < buffers.size(); ++place) {
      cudaMemcpy(buffers[place].data(), device[place], buffers[place].size(), cudaMemcpyDeviceToHost);
      fwrite(buffers[place].data(), buffers[place].size(), 1, results);
    }
    fflush(results);
    if (error) return 1;
    for (char *pointer : device) cudaFree(pointer);
  }
  return 0;
}

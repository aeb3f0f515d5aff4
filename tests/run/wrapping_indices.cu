// Indices that leave the range of their type between neighbouring threads: what is tested before the access must hold
// for every thread on its own, though neighbours' elements lie side by side. The array is the whole of its allocation,
// with pages that may not be touched behind it; the host computes what each thread should read and write.
// EXPECT: one before: 0 wrong
// EXPECT: one before, signed: 0 wrong
// EXPECT: some before, 64 bits: 0 wrong
// EXPECT: over the top: 0 wrong
// EXPECT: over the sign: 0 wrong
// EXPECT: downwards: 0 wrong
// EXPECT: every second: 0 wrong
// EXPECT: huge stride: 0 wrong
// EXPECT: one byte: 0 wrong
// EXPECT: two bytes, signed: 0 wrong
// EXPECT: masked: 0 wrong
// EXPECT: halved: 0 wrong
// EXPECT: cut at run time: 0 wrong
// EXPECT: cut at run time, signed: 0 wrong
// EXPECT: clamped: 0 wrong
// EXPECT: in a loop: 0 wrong
// EXPECT: negative offset: 0 wrong
#include <cstdio>
#include <vector>
typedef unsigned u32;
#define BOTH static __host__ __device__ u32
constexpr u32 NONE = 0xdeadbeef;

struct Before { BOTH read(const u32 *x, u32 i, u32 n) { u32 j = i - 1; return j < n ? x[j] : NONE; } };
struct BeforeSigned { BOTH read(const u32 *x, u32 i, u32 n) { int j = (int)i - 1; return j >= 0 && j < (int)n ? x[j] : NONE; } };
struct Before64 { BOTH read(const u32 *x, u32 i, u32 n) { long long j = (long long)i - 3; return j >= 0 && j < (long long)n ? x[j] : NONE; } };
struct Top { BOTH read(const u32 *x, u32 i, u32 n) { u32 j = i + 0xfffffffbu; return j < n ? x[j] : NONE; } };
struct Sign { BOTH read(const u32 *x, u32 i, u32 n) { u32 j = i + 0x7ffffffau; return (int)j < 0 ? x[(j & 0x7fffffffu) % n] : NONE; } };
struct Down { BOTH read(const u32 *x, u32 i, u32 n) { u32 j = 5 - i; return j < n ? x[j] : NONE; } };
struct Second { BOTH read(const u32 *x, u32 i, u32 n) { u32 j = 2 * i - 2; return j < n ? x[j] : NONE; } };
struct Huge { BOTH read(const u32 *x, u32 i, u32 n) { u32 j = i * 0x40000001u; return j < n ? x[j] : NONE; } };
struct Byte { BOTH read(const u32 *x, u32 i, u32) { unsigned char j = (unsigned char)(i + 250); return x[j]; } };
struct Short { BOTH read(const u32 *x, u32 i, u32 n) { short j = (short)(i + 32765); return j >= 0 ? NONE : x[(u32)(j + 32768) % n]; } };
struct Masked { BOTH read(const u32 *x, u32 i, u32) { return x[(i - 1) & 1023]; } };
struct Halved { BOTH read(const u32 *x, u32 i, u32 n) { u32 j = (i - 2) / 2; return j < n ? x[j] : NONE; } };
struct Cut { BOTH read(const u32 *x, u32 i, u32 n) { u32 j = (i & (n | 0xffffffu)) - 3; return j < n ? x[j] : NONE; } };
struct CutSigned { BOTH read(const u32 *x, u32 i, u32 n) { int j = (int)(i & (n | 0xffffffu)) - 3; return j >= 0 && j < (int)n ? x[j] : NONE; } };
struct Clamped { BOTH read(const u32 *x, u32 i, u32 n) { int j = (int)i - 4; j = j < 0 ? 0 : j; j = j > (int)n - 1 ? (int)n - 1 : j; return x[j]; } };
struct Loop {
  BOTH read(const u32 *x, u32 i, u32 n) {
    u32 sum = 0;
    for (u32 k = 0; k < 3; ++k) { u32 j = i - k * 2 - 1; if (j < n) sum = sum * 3 + x[j]; }
    return sum;
  }
};
struct Negative { BOTH read(const u32 *x, u32 i, u32 n) { u32 j = i - 6; return j + 6 < n ? (x + 6)[(int)j] : NONE; } };

__device__ u32 linear() { return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z); }

// Reads where the index is that of the thread in its row or in the block.
template <class Form> __global__ void reads(const u32 *x, u32 *out, u32 n, bool row) {
  out[linear()] = Form::read(x, row ? threadIdx.x : linear(), n);
}
template <class Form> __global__ void reads_rows(const u32 *x, u32 *out, u32 n) {
  out[linear()] = Form::read(x, threadIdx.x, n);
}
template <class Form> __global__ void reads_block(const u32 *x, u32 *out, u32 n) {
  out[linear()] = Form::read(x, linear(), n);
}
// Writes to the element before the thread's own, behind a barrier as in a stencil.
__global__ void writes(u32 *x, u32 n) {
  __shared__ u32 tile[1024];
  tile[linear()] = linear() * 7;
  __syncthreads();
  u32 j = linear() - 1;
  if (j < n) x[j] = j < 1024 ? tile[j] : 0;
}

static const dim3 SHAPES[] = {1, 2, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 64, 100, 255, 256, 1000, 1024,
  {16, 16}, {8, 8}, {3, 5, 7}, {33, 2}, {64, 4}, {1, 64}, {32, 32}, {16, 3}, {5, 7}, {2, 2, 9}, {40, 3}};
static u32 *x, *out;
static std::vector<u32> values(1024);

template <class Form> u32 compare(dim3 block, u32 n, bool row) {
  std::vector<u32> found(1024);
  const u32 threads = block.x * block.y * block.z;
  if (cudaMemcpy(found.data(), out, 4 * threads, cudaMemcpyDeviceToHost) != cudaSuccess) return 1000000;
  u32 wrong = 0;
  for (u32 t = 0; t < threads; ++t) wrong += found[t] != Form::read(values.data(), row ? t % block.x : t, n);
  return wrong;
}

template <class Form> void check(const char *name) {
  u32 wrong = 0;
  for (dim3 block : SHAPES)
    for (u32 n : {1024u, 7u}) {
      for (bool row : {false, true}) {
        reads<Form><<<1, block>>>(x, out, n, row);
        wrong += compare<Form>(block, n, row);
      }
      reads_rows<Form><<<1, block>>>(x, out, n);
      wrong += compare<Form>(block, n, true);
      reads_block<Form><<<1, block>>>(x, out, n);
      wrong += compare<Form>(block, n, false);
    }
  printf("%s: %u wrong\n", name, wrong);
}

static void check_writes() {
  for (dim3 block : SHAPES) {
    const u32 threads = block.x * block.y * block.z;
    std::vector<u32> found(1024);
    cudaMemcpy(x, values.data(), 4096, cudaMemcpyHostToDevice);
    writes<<<1, block>>>(x, 1024);
    cudaMemcpy(found.data(), x, 4096, cudaMemcpyDeviceToHost);
    for (u32 i = 0; i < 1024; ++i)
      if (found[i] != (i + 1 < threads ? i * 7 : values[i])) printf("write %u by %u threads: %u\n", i, threads, found[i]);
  }
  cudaMemcpy(x, values.data(), 4096, cudaMemcpyHostToDevice);
}

int main() {
  cudaMalloc(&x, 4096);
  cudaMalloc(&out, 4096);
  for (u32 i = 0; i < 1024; ++i) values[i] = i * 2654435761u + 1;
  check_writes();
  check<Before>("one before");
  check<BeforeSigned>("one before, signed");
  check<Before64>("some before, 64 bits");
  check<Top>("over the top");
  check<Sign>("over the sign");
  check<Down>("downwards");
  check<Second>("every second");
  check<Huge>("huge stride");
  check<Byte>("one byte");
  check<Short>("two bytes, signed");
  check<Masked>("masked");
  check<Halved>("halved");
  check<Cut>("cut at run time");
  check<CutSigned>("cut at run time, signed");
  check<Clamped>("clamped");
  check<Loop>("in a loop");
  check<Negative>("negative offset");
}

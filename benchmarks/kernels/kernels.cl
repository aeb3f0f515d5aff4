// The CUDA kernels of this folder in OpenCL C: same algorithms, same blocks. Every width of index is measured: INDEX is int, as
// CUDA programs write it, or long, which a compiler that cannot exclude wrapping needs to see contiguous accesses.
#ifndef INDEX
#define INDEX int
#endif
#define SYNC() barrier(CLK_LOCAL_MEM_FENCE)
#define BLOCK(x, y) __attribute__((reqd_work_group_size(x, y, 1)))
#define GLOBAL(d) (get_group_id(d) * get_local_size(d) + get_local_id(d))

__kernel void empty(__global float* unused) {}

__kernel void saxpy(__global float* y, __global const float* x, float a, int n) {
  INDEX i = GLOBAL(0);
  if (i < n) y[i] = a * x[i] + y[i];
}

__kernel BLOCK(256, 1) void reduce_tree(__global const float* input, __global float* sums, int n) {
  __local float partial[256];
  INDEX tid = get_local_id(0), i = get_group_id(0) * 512 + tid;
  float sum = i < n ? input[i] : 0.f;
  if (i + 256 < n) sum += input[i + 256];
  partial[tid] = sum;
  SYNC();
  for (int k = 128; k > 0; k >>= 1) {
    if (tid < k) partial[tid] = sum = sum + partial[tid + k];
    SYNC();
  }
  if (tid == 0) sums[get_group_id(0)] = sum;
}

__kernel BLOCK(256, 1) void reduce_gs(__global const float* input, __global float* sums, int n) {
  __local float partial[256];
  INDEX tid = get_local_id(0);
  float sum = 0.f;
  for (INDEX i = get_group_id(0) * 256 + tid; i < n; i += 256 * get_num_groups(0)) sum += input[i];
  partial[tid] = sum;
  SYNC();
  for (int k = 128; k > 0; k >>= 1) {
    if (tid < k) partial[tid] += partial[tid + k];
    SYNC();
  }
  if (tid == 0) sums[get_group_id(0)] = partial[0];
}

#ifdef SHUFFLE
#pragma OPENCL EXTENSION cl_khr_subgroup_shuffle_relative : enable
float group_sum(float value) {
  for (int distance = 16; distance > 0; distance >>= 1) value += sub_group_shuffle_down(value, distance);
  return value;
}
__kernel BLOCK(256, 1) SHUFFLE void reduce_shfl(__global const float* input, __global float* sums, int n) {
  __local float partial[8];
  INDEX tid = get_local_id(0);
  float sum = 0.f;
  for (INDEX i = get_group_id(0) * 256 + tid; i < n; i += 256 * get_num_groups(0)) sum += input[i];
  sum = group_sum(sum);
  if (tid % 32 == 0) partial[tid / 32] = sum;
  SYNC();
  if (tid < 32) {
    sum = group_sum(tid < 8 ? partial[tid] : 0.f);
    if (tid == 0) sums[get_group_id(0)] = sum;
  }
}
#endif

__kernel BLOCK(256, 1) void scan_hs(__global const float* input, __global float* output) {
  __local float buffer[2][256];
  INDEX tid = get_local_id(0), i = get_group_id(0) * 256 + tid;
  int from = 0;
  buffer[0][tid] = input[i];
  SYNC();
  for (int distance = 1; distance < 256; distance <<= 1) {
    float value = buffer[from][tid];
    if (tid >= distance) value += buffer[from][tid - distance];
    from = 1 - from;
    buffer[from][tid] = value;
    SYNC();
  }
  output[i] = buffer[from][tid];
}

__kernel BLOCK(16, 16) void sgemm_naive(__global const float* a, __global const float* b, __global float* c, int n) {
  INDEX column = GLOBAL(0), row = GLOBAL(1);
  float sum = 0.f;
  for (int k = 0; k < n; k++) sum += a[row * n + k] * b[k * n + column];
  c[row * n + column] = sum;
}

#define SGEMM_TILE(NAME, T)                                                                                        \
  __kernel BLOCK(T, T) void NAME(__global const float* a, __global const float* b, __global float* c, int n) {      \
    __local float tile_a[T][T], tile_b[T][T];                                                                      \
    INDEX tx = get_local_id(0), ty = get_local_id(1);                                                              \
    INDEX column = get_group_id(0) * T + tx, row = get_group_id(1) * T + ty;                                       \
    float sum = 0.f;                                                                                               \
    for (int m = 0; m < n; m += T) {                                                                               \
      tile_a[ty][tx] = a[row * n + m + tx];                                                                        \
      tile_b[ty][tx] = b[(m + ty) * n + column];                                                                   \
      SYNC();                                                                                                      \
      _Pragma("unroll") for (int k = 0; k < T; k++) sum += tile_a[ty][k] * tile_b[k][tx];                          \
      SYNC();                                                                                                      \
    }                                                                                                              \
    c[row * n + column] = sum;                                                                                     \
  }
SGEMM_TILE(sgemm_tile16, 16)
SGEMM_TILE(sgemm_tile32, 32)

#define TILE 128
#define DEPTH 8
#define PER 8
#define THREADS 256
__kernel BLOCK(THREADS, 1) void sgemm_2dtile(__global const float* a, __global const float* b, __global float* c, int n) {
  __local float panel_a[TILE * DEPTH], panel_b[DEPTH * TILE];
  INDEX tid = get_local_id(0), column = tid % (TILE / PER), row = tid / (TILE / PER);
  a += get_group_id(1) * TILE * n;
  b += get_group_id(0) * TILE;
  c += get_group_id(1) * TILE * n + get_group_id(0) * TILE;
  INDEX row_a = tid / DEPTH, column_a = tid % DEPTH, row_b = tid / TILE, column_b = tid % TILE;
  float sums[PER * PER], from_a[PER], from_b[PER];
  for (int i = 0; i < PER * PER; i++) sums[i] = 0.f;
  for (int k = 0; k < n; k += DEPTH) {
    for (int i = 0; i < TILE; i += THREADS / DEPTH)
      panel_a[(row_a + i) * DEPTH + column_a] = a[(row_a + i) * n + column_a];
    for (int i = 0; i < DEPTH; i += THREADS / TILE)
      panel_b[(row_b + i) * TILE + column_b] = b[(row_b + i) * n + column_b];
    SYNC();
    a += DEPTH;
    b += DEPTH * n;
    for (int d = 0; d < DEPTH; d++) {
      for (int i = 0; i < PER; i++) from_a[i] = panel_a[(row * PER + i) * DEPTH + d];
      for (int j = 0; j < PER; j++) from_b[j] = panel_b[d * TILE + column * PER + j];
      for (int i = 0; i < PER; i++)
        for (int j = 0; j < PER; j++) sums[i * PER + j] += from_a[i] * from_b[j];
    }
    SYNC();
  }
  for (int i = 0; i < PER; i++)
    for (int j = 0; j < PER; j++) c[(row * PER + i) * n + column * PER + j] = sums[i * PER + j];
}

__kernel BLOCK(256, 1) void nbody(__global const float4* bodies, __global float4* accelerations, int n, float softening) {
  __local float4 tile[256];
  INDEX tid = get_local_id(0), i = GLOBAL(0);
  float4 here = bodies[i];
  float ax = 0.f, ay = 0.f, az = 0.f;
  for (INDEX start = 0; start < n; start += 256) {
    tile[tid] = bodies[start + tid];
    SYNC();
    for (int j = 0; j < 256; j++) {
      float4 other = tile[j];
      float dx = other.x - here.x, dy = other.y - here.y, dz = other.z - here.z;
      float inverse = rsqrt(dx * dx + dy * dy + dz * dz + softening);
      float scale = other.w * inverse * inverse * inverse;
      ax += dx * scale;
      ay += dy * scale;
      az += dz * scale;
    }
    SYNC();
  }
  accelerations[i] = (float4)(ax, ay, az, 0.f);
}

__kernel void mandel(__global int* iterations, int width, int height, int limit) {
  INDEX x = GLOBAL(0), y = GLOBAL(1);
  float cx = -2.2f + 3.2f * x / width, cy = -1.6f + 3.2f * y / height, zx = 0.f, zy = 0.f;
  int count = 0;
  while (count < limit) {
    float a = zx * zx, b = zy * zy;
    if (a + b > 4.f) break;
    zy = 2.f * zx * zy + cy;
    zx = a - b + cx;
    count++;
  }
  iterations[y * width + x] = count;
}

float normal(float d) {
  const float a1 = 0.31938153f, a2 = -0.356563782f, a3 = 1.781477937f, a4 = -1.821255978f, a5 = 1.330274429f;
  float k = 1.f / (1.f + 0.2316419f * fabs(d));
  float tail = 0.39894228040143267794f * exp(-0.5f * d * d) * (k * (a1 + k * (a2 + k * (a3 + k * (a4 + k * a5)))));
  return d > 0 ? 1.f - tail : tail;
}
__kernel void blackscholes(__global float* call, __global float* put, __global const float* price,
                           __global const float* strike, __global const float* years, float rate, float volatility, int n) {
  INDEX i = GLOBAL(0);
  if (i >= n) return;
  float s = price[i], x = strike[i], t = years[i], root = sqrt(t);
  float d1 = (log(s / x) + (rate + 0.5f * volatility * volatility) * t) / (volatility * root);
  float d2 = d1 - volatility * root, c1 = normal(d1), c2 = normal(d2), discount = exp(-rate * t);
  call[i] = s * c1 - x * discount * c2;
  put[i] = x * discount * (1.f - c2) - s * (1.f - c1);
}

#define HEAT 16
#define WITHIN(x, low, high) ((x) >= (low) && (x) <= (high))
__kernel BLOCK(HEAT, HEAT) void hotspot(__global const float* power, __global const float* source, __global float* target,
                                        int columns, int rows, float capacity, float rx, float ry, float rz, float step) {
  __local float here[HEAT][HEAT], heat[HEAT][HEAT], next[HEAT][HEAT];
  const float ambient = 80.f;
  float scale = step / capacity, rx1 = 1.f / rx, ry1 = 1.f / ry, rz1 = 1.f / rz;
  INDEX tx = get_local_id(0), ty = get_local_id(1), inner = HEAT - 2;
  INDEX top = inner * (INDEX)get_group_id(1) - 1, left = inner * (INDEX)get_group_id(0) - 1;
  INDEX bottom = top + HEAT - 1, right = left + HEAT - 1, y = top + ty, x = left + tx, i = columns * y + x;
  if (WITHIN(y, 0, rows - 1) && WITHIN(x, 0, columns - 1)) {
    here[ty][tx] = source[i];
    heat[ty][tx] = power[i];
  }
  SYNC();
  INDEX first_y = top < 0 ? -top : 0, last_y = bottom > rows - 1 ? HEAT - 1 - (bottom - rows + 1) : HEAT - 1;
  INDEX first_x = left < 0 ? -left : 0, last_x = right > columns - 1 ? HEAT - 1 - (right - columns + 1) : HEAT - 1;
  INDEX north = max(ty - 1, first_y), south = min(ty + 1, last_y), west = max(tx - 1, first_x), east = min(tx + 1, last_x);
  bool computed = false;
  if (WITHIN(tx, 1, HEAT - 2) && WITHIN(ty, 1, HEAT - 2) && WITHIN(tx, first_x, last_x) && WITHIN(ty, first_y, last_y)) {
    computed = true;
    next[ty][tx] = here[ty][tx] +
                   scale * (heat[ty][tx] + (here[south][tx] + here[north][tx] - 2.f * here[ty][tx]) * ry1 +
                            (here[ty][east] + here[ty][west] - 2.f * here[ty][tx]) * rx1 + (ambient - here[ty][tx]) * rz1);
  }
  SYNC();
  if (computed) target[i] = next[ty][tx];
}

__kernel BLOCK(32, 8) void transpose(__global const float* input, __global float* output, int width, int height) {
  __local float tile[32][33];
  INDEX tx = get_local_id(0), ty = get_local_id(1), x = get_group_id(0) * 32 + tx, y = get_group_id(1) * 32 + ty;
  for (int j = 0; j < 32; j += 8) tile[ty + j][tx] = input[(y + j) * width + x];
  SYNC();
  x = get_group_id(1) * 32 + tx;
  y = get_group_id(0) * 32 + ty;
  for (int j = 0; j < 32; j += 8) output[(y + j) * height + x] = tile[tx][ty + j];
}

__kernel BLOCK(256, 1) void hist256(__global const uint* input, __global uint* bins, int words) {
  __local uint own[256];
  INDEX tid = get_local_id(0);
  own[tid] = 0;
  SYNC();
  for (INDEX i = GLOBAL(0); i < words; i += get_global_size(0)) {
    uint word = input[i];
    atomic_inc(&own[word & 255]);
    atomic_inc(&own[(word >> 8) & 255]);
    atomic_inc(&own[(word >> 16) & 255]);
    atomic_inc(&own[word >> 24]);
  }
  SYNC();
  atomic_add(&bins[tid], own[tid]);
}

void compare(__local uint* keys, uint tid, uint stride, bool descending) {
  uint position = 2 * tid - (tid & (stride - 1)), a = keys[position], b = keys[position + stride];
  if ((a > b) != descending) {
    keys[position] = b;
    keys[position + stride] = a;
  }
}
__kernel BLOCK(512, 1) void bitonic(__global uint* all) {
  __local uint keys[1024];
  INDEX tid = get_local_id(0);
  all += get_group_id(0) * 1024;
  keys[tid] = all[tid];
  keys[tid + 512] = all[tid + 512];
  for (uint size = 2; size < 1024; size <<= 1) {
    bool descending = (tid & (size / 2)) != 0;
    for (uint stride = size / 2; stride > 0; stride >>= 1) {
      SYNC();
      compare(keys, tid, stride, descending);
    }
  }
  for (uint stride = 512; stride > 0; stride >>= 1) {
    SYNC();
    compare(keys, tid, stride, false);
  }
  SYNC();
  all[tid] = keys[tid];
  all[tid + 512] = keys[tid + 512];
}

__kernel void spmv(__global const int* row_start, __global const int* column, __global const float* entry,
                   __global const float* x, __global float* y, int rows) {
  INDEX row = GLOBAL(0);
  if (row >= rows) return;
  float sum = 0.f;
  for (int j = row_start[row]; j < row_start[row + 1]; j++) sum += entry[j] * x[column[j]];
  y[row] = sum;
}

__kernel BLOCK(512, 1) void fft1024(__global float2* all) {
  __local float2 points[1024];
  INDEX tid = get_local_id(0);
  all += get_group_id(0) * 1024;
  points[tid] = all[tid];
  points[tid + 512] = all[tid + 512];
  SYNC();
  for (int p = 1; p < 1024; p <<= 1) {
    int k = tid & (p - 1);
    float2 u = points[tid], w = points[tid + 512];
    float angle = -3.14159265358979f * k / p, cosine = native_cos(angle), sine = native_sin(angle);
    float2 v = (float2)(w.x * cosine - w.y * sine, w.x * sine + w.y * cosine);
    SYNC();
    int j = (tid << 1) - k;
    points[j] = u + v;
    points[j + p] = u - v;
    SYNC();
  }
  all[tid] = points[tid];
  all[tid + 512] = points[tid + 512];
}

__kernel BLOCK(128, 1) void sgemv(__global const float* matrix, __global const float* x, __global float* y, int columns) {
  __local float partial[128];
  INDEX tid = get_local_id(0), row = get_group_id(0);
  float sum = 0.f;
  for (INDEX j = tid; j < columns; j += 128) sum += matrix[row * columns + j] * x[j];
  partial[tid] = sum;
  SYNC();
  for (int k = 64; k > 0; k >>= 1) {
    if (tid < k) partial[tid] += partial[tid + k];
    SYNC();
  }
  if (tid == 0) y[row] = partial[0];
}

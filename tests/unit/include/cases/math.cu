// The single- and double-precision functions, by both names, and the mixes of types.
template <class T>
__device__ T standard(T x, T y) {
  int n, q;
  T r, s, c;
  x += acos(x) + acosh(x) + asin(x) + asinh(x) + atan(x) + atanh(x) + atan2(x, y) + cbrt(x) + ceil(x) + copysign(x, y);
  x += cos(x) + cosh(x) + erf(x) + erfc(x) + exp(x) + exp2(x) + expm1(x) + fabs(x) + fdim(x, y) + floor(x) + abs(x);
  x += fma(x, y, x) + fmax(x, y) + fmin(x, y) + fmod(x, y) + frexp(x, &n) + hypot(x, y) + ilogb(x) + ldexp(x, n);
  x += lgamma(x) + llrint(x) + llround(x) + log(x) + log10(x) + log1p(x) + log2(x) + logb(x) + lrint(x) + lround(x);
  x += modf(x, &r) + nearbyint(x) + nextafter(x, y) + pow(x, y) + pow(x, 2) + remainder(x, y) + remquo(x, y, &q);
  x += rint(x) + round(x) + scalbn(x, n) + scalbln(x, 3l) + sin(x) + sinh(x) + sqrt(x) + tan(x) + tanh(x) + tgamma(x);
  x += trunc(x) + isnan(x) + isinf(x) + isfinite(x) + signbit(x);
  x += std::sqrt(x) + std::max(x, y) + std::min(x, y) + std::abs(x) + std::pow(x, y) + std::floor(x);
  sincos(x, &s, &c);
  return x + r + s + c + n + q;
}

template <class T>
__device__ T special(T x, T y, const T *v) {
  T s, c;
  x += rsqrt(x) + rcbrt(x) + sinpi(x) + cospi(x) + erfinv(x) + erfcinv(x) + erfcx(x) + normcdf(x) + normcdfinv(x);
  x += exp10(x) + j0(x) + j1(x) + jn(2, x) + y0(x) + y1(x) + yn(2, x) + cyl_bessel_i0(x) + cyl_bessel_i1(x);
  x += rhypot(x, y) + norm3d(x, x, x) + rnorm3d(x, x, x) + norm4d(x, x, x, x) + rnorm4d(x, x, x, x) + norm(3, v);
  x += rnorm(3, v) + fdivide(x, y) + max(x, y) + min(x, y);
  sincospi(x, &s, &c);
  return x + s + c;
}

__device__ float by_single_names(float x, float y) {
  float s, c;
  x += sinf(x) + cosf(x) + expf(x) + logf(x) + powf(x, y) + rsqrtf(x) + sqrtf(x) + fabsf(x) + floorf(x) + tanhf(x);
  x += erff(x) + cbrtf(x) + normcdff(x) + sinpif(x) + cospif(x) + exp10f(x) + fminf(x, y) + fmaxf(x, y) + roundf(x);
  x += __sinf(x) + __cosf(x) + __expf(x) + __logf(x) + __log2f(x) + __powf(x, y) + __tanf(x) + __fdividef(x, y);
  x += __fadd_rn(x, y) + __fmul_rz(x, y) + __fmaf_ru(x, y, x) + __frcp_rd(x) + __fsqrt_rn(x) + __frsqrt_rn(x);
  x += __saturatef(x) + __exp10f(x) + nanf("");
  sincosf(x, &s, &c);
  __sincosf(x, &s, &c);
  return x + s + c;
}

__global__ void math(float *f, double *d, int i, unsigned u, size_t n, long long ll) {
  f[0] = standard(f[0], f[1]) + special(f[0], f[1], f) + by_single_names(f[0], f[1]);
  d[0] = standard(d[0], d[1]) + special(d[0], d[1], d) + __dadd_rn(d[0], d[1]) + __drcp_ru(d[0]) + nan("");
  d[1] = max(f[0], d[0]) + min(d[0], f[0]) + pow(f[0], d[0]) + pow(2, i) + sqrt(i) + fmin(1, d[0]) + fmax(f[0], 2.0);
  i = max(i, 1) + min(u, 1u) + max(i, u) + min(u, i) + max(n, n) + min(ll, ll) + min((long)i, 1l) + abs(i);
  f[2] = i + ll + llabs(ll);
}

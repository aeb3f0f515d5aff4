// jn and yn by the three-term recurrence in the direction in which it is stable.
#include "internal.h"

double __nv_j0(double);
double __nv_j1(double);
double __nv_y0(double);
double __nv_y1(double);

// order > x > 0: downwards from an order where jn is nothing, scaled by j0 = 1/(normalising sum) (Miller)
static double jn_downwards(int order, double x) {
  double n = (double)order;
  // (e x / 2n)^n bounds jn: below the least double the result is 0; this also bounds the loop
  if (n > 100.0 && n > 16.0 * x && n > 500.0) return 0.0;
  int start = 2 * ((order + 24 + (int)__builtin_sqrt(120.0 * n)) / 2);
  double above = 0.0, here = 1.0, sum = 0.0, wanted = 0.0, two_over_x = 2.0 / x;
  for (int k = start; k > 0; k--) {
    double below = (double)k * two_over_x * here - above;
    above = here;
    here = below;
    if (__builtin_fabs(here) > 0x1p200) {
      here *= 0x1p-200;
      above *= 0x1p-200;
      wanted *= 0x1p-200;
      sum *= 0x1p-200;
    }
    wanted = k - 1 == order ? here : wanted;
    sum += (k & 1) ? 2.0 * here : 0.0;
  }
  return wanted / (sum - here);  // j0 + 2 (j2 + j4 + ...) = 1; here is the unscaled j0, counted twice
}
// 0 < x tiny: the first term (x/2)^n / n! of the series
static double jn_tiny(int order, double x) {
  double v = 1.0, half = 0.5 * x;
  for (int k = 1; k <= order && v != 0.0; k++) v *= half / (double)k;
  return v;
}
static double jn_upwards(int order, double x) {
  double before = __nv_j0(x), here = __nv_j1(x), two_over_x = 2.0 / x;
  for (int k = 1; k < order; k++) {
    double next = (double)k * two_over_x * here - before;
    before = here;
    here = next;
  }
  return here;
}
static double jn_positive(int order, double x) {
  if (order == 0) return __nv_j0(x);
  if (order == 1) return __nv_j1(x);
  if (x == 0.0 || x == INF_D) return 0.0;
  if (x < 0x1p-20) return jn_tiny(order, x);
  return x > (double)order ? jn_upwards(order, x) : jn_downwards(order, x);
}
// The guide: a negative order gives NaN
double __nv_jn(int order, double x) {
  if (order < 0 || x != x) return NAN_D;
  double v = jn_positive(order, __builtin_fabs(x));
  return x < 0.0 && (order & 1) ? -v : v;
}
double __nv_yn(int order, double x) {
  if (order < 0 || !(x >= 0.0)) return NAN_D;
  if (order == 0) return __nv_y0(x);
  double before = __nv_y0(x), here = __nv_y1(x);
  if (x == 0.0) return -INF_D;
  if (x == INF_D) return 0.0;
  for (int k = 1; k < order && here != -INF_D; k++) {
    double next = 2.0 * (double)k / x * here - before;
    before = here;
    here = next;
  }
  return here;
}
float __nv_jnf(int order, float x) { return (float)__nv_jn(order, (double)x); }
float __nv_ynf(int order, float x) { return (float)__nv_yn(order, (double)x); }

// Integer intrinsics, conversions and bit casts.
__global__ void integer(int *i, unsigned *u, long long *ll, unsigned long long *ull, float *f, double *d) {
  i[0] = __clz(i[1]) + __clzll(ll[1]) + __ffs(i[1]) + __ffsll(ll[1]) + __popc(u[1]) + __popcll(ull[1]);
  u[0] = __brev(u[1]) + __byte_perm(u[1], u[2], 0x3210) + __funnelshift_l(u[1], u[2], 3) + __umulhi(u[1], u[2]);
  u[0] += __funnelshift_lc(u[1], u[2], 40) + __funnelshift_r(u[1], u[2], 3) + __funnelshift_rc(u[1], u[2], 40);
  i[0] += __mul24(i[1], i[2]) + __mulhi(i[1], i[2]) + __sad(i[1], i[2], 3u) + __hadd(i[1], i[2]) + __rhadd(i[1], i[2]);
  u[0] += __umul24(u[1], u[2]) + __usad(u[1], u[2], u[3]) + __uhadd(u[1], u[2]) + __urhadd(u[1], u[2]);
  ll[0] = __mul64hi(ll[1], ll[2]) + __brevll(ull[1]) + __umul64hi(ull[1], ull[2]);
  i[0] += __dp4a(i[1], i[2], i[3]) + __dp2a_lo(i[1], i[2], i[3]) + __dp2a_hi(i[1], i[2], i[3]);
  u[0] += __dp4a(u[1], u[2], u[3]) + __dp2a_lo(u[1], u[2], u[3]);
  u[0] += __vadd2(u[1], u[2]) + __vsub4(u[1], u[2]) + __vmaxs2(u[1], u[2]) + __vcmpgtu4(u[1], u[2]) + __vabs4(u[1]);
  u[0] += __vsadu4(u[1], u[2]) + __vavgu4(u[1], u[2]) + __vsetles2(u[1], u[2]) + __vabsdiffu4(u[1], u[2]);
  bool high, low;
  i[0] += __viaddmax_s32(i[1], i[2], i[3]) + __vimin3_s32_relu(i[1], i[2], i[3]) + __vibmax_s32(i[1], i[2], &low);
  u[0] += __viaddmin_u16x2(u[1], u[2], u[3]) + __vibmin_s16x2(u[1], u[2], &high, &low) + high + low;
  i[0] += __float2int_rn(f[0]) + __float2int_rz(f[0]) + __double2int_rd(d[0]) + __float_as_int(f[0]);
  u[0] += __float2uint_ru(f[0]) + __double2uint_rn(d[0]) + __float_as_uint(f[0]) + __double2hiint(d[0]);
  ll[0] += __float2ll_rn(f[0]) + __double2ll_rz(d[0]) + __double_as_longlong(d[0]) + __float2ull_rd(f[0]);
  f[1] = __int2float_rn(i[0]) + __uint2float_rz(u[0]) + __ll2float_ru(ll[0]) + __int_as_float(i[0]);
  f[1] += __uint_as_float(u[0]);
  d[1] = __int2double_rn(i[0]) + __ull2double_rn(ull[0]) + __longlong_as_double(ll[0]) + __hiloint2double(1, 2);
  f[1] += __double2float_rn(d[0]) + __double2float_rz(d[0]);
}

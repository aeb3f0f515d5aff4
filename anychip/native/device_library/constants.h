// Constants in two or three parts; tools/fit_polynomials.py's mpmath gives them to any length.
#ifndef ANYCHIP_DEVICE_LIBRARY_CONSTANTS_H
#define ANYCHIP_DEVICE_LIBRARY_CONSTANTS_H

#define LN2_HI 0x1.62e42fefa39efp-1
#define LN2_LO 0x1.abc9e3b39803fp-56
#define LOG2_E_HI 0x1.71547652b82fep+0
#define LOG2_E_LO 0x1.777d0ffda0d24p-56
#define LOG10_E_HI 0x1.bcb7b1526e50ep-2
#define LOG10_E_LO 0x1.95355baaafad3p-57
#define LOG2_10_HI 0x1.a934f0979a371p+1
#define LOG10_2_HI 0x1.34413509f79ffp-2
#define LN10_HI 0x1.26bb1bbb55516p+1
#define LN10_LO -0x1.f48ad494ea3e9p-53
#define PI_HI 0x1.921fb54442d18p+1
#define PI_LO 0x1.1a62633145c07p-53
#define HALF_PI_HI 0x1.921fb54442d18p+0
#define HALF_PI_LO 0x1.1a62633145c07p-54
#define HALF_PI_LO2 -0x1.f1976b7ed8fbcp-110
#define TWO_OVER_PI 0x1.45f306dc9c883p-1
#define SQRT_HALF 0x1.6a09e667f3bcdp-1
#define SQRT_HALF_LO -0x1.bdd3413b26456p-55
#define SQRT_TWO 0x1.6a09e667f3bcdp+0
#define SQRT_TWO_LO -0x1.bdd3413b26456p-54
#define HALF_LOG_TWO_PI 0x1.d67f1c864beb5p-1
#define HALF_LOG_TWO_PI_LO -0x1.65b5a1b7ff5dfp-55

// a short high part, so that a small integer times it is exact
#define LN2_SHORT 0x1.62e42fefa2000p-1
#define LN2_REST 0x1.9ef35793c7673p-41
#define LOG10_2_SHORT 0x1.34413509f6000p-2
#define LOG10_2_REST 0x1.9fef311f12b36p-42

#define LN2_SHORT_F 0x1.62e4p-1f
#define LN2_REST_F 0x1.7f7d1cp-20f
#define LOG10_2_SHORT_F 0x1.344p-2f
#define LOG10_2_REST_F 0x1.3509f8p-18f
#define LOG2_E_F 0x1.715476p+0f
#define LOG2_E_LO_F 0x1.4ae0cp-26f
#define LOG10_E_F 0x1.bcb7b2p-2f
#define LOG10_E_LO_F -0x1.5b235ep-27f
#define LOG2_10_F 0x1.a934fp+1f
#define HALF_PI_F 0x1.921fb6p+0f
#define HALF_PI_LO_F -0x1.777a5cp-25f
#define HALF_PI_LO2_F -0x1.ee59dap-50f
#define PI_F 0x1.921fb6p+1f
#define PI_LO_F -0x1.777a5cp-24f
#define PI_LO2_F -0x1.ee59dap-49f
#define ONE_OVER_PI_F 0x1.45f306p-2f
#define TWO_OVER_PI_F 0x1.45f306p-1f

#endif

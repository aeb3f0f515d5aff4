/* NVTX annotations; no profiler reads them here, so they do nothing. */
#ifndef NVTOOLSEXT_H_
#define NVTOOLSEXT_H_

#include <stdint.h>
#include <wchar.h>

#define NVTX_VERSION 3
#define NVTX_API
#define NVTX_INLINE_STATIC static __inline__

typedef uint64_t nvtxRangeId_t;
typedef struct nvtxDomainRegistration_st *nvtxDomainHandle_t;
typedef struct nvtxStringRegistration_st *nvtxStringHandle_t;
typedef struct nvtxResourceHandle *nvtxResourceHandle_t;

typedef enum nvtxColorType_t { NVTX_COLOR_UNKNOWN = 0, NVTX_COLOR_ARGB = 1 } nvtxColorType_t;

typedef enum nvtxMessageType_t {
  NVTX_MESSAGE_UNKNOWN = 0,
  NVTX_MESSAGE_TYPE_ASCII = 1,
  NVTX_MESSAGE_TYPE_UNICODE = 2,
  NVTX_MESSAGE_TYPE_REGISTERED = 3
} nvtxMessageType_t;

typedef enum nvtxPayloadType_t {
  NVTX_PAYLOAD_UNKNOWN = 0,
  NVTX_PAYLOAD_TYPE_UNSIGNED_INT64 = 1,
  NVTX_PAYLOAD_TYPE_INT64 = 2,
  NVTX_PAYLOAD_TYPE_DOUBLE = 3,
  NVTX_PAYLOAD_TYPE_UNSIGNED_INT32 = 4,
  NVTX_PAYLOAD_TYPE_INT32 = 5,
  NVTX_PAYLOAD_TYPE_FLOAT = 6
} nvtxPayloadType_t;

/* What a resource's identifier is. */
typedef enum nvtxResourceGenericType_t {
  NVTX_RESOURCE_TYPE_UNKNOWN = 0,
  NVTX_RESOURCE_TYPE_GENERIC_POINTER = 1 << 16 | 1,
  NVTX_RESOURCE_TYPE_GENERIC_HANDLE = 1 << 16 | 2,
  NVTX_RESOURCE_TYPE_GENERIC_THREAD_NATIVE = 1 << 16 | 3,
  NVTX_RESOURCE_TYPE_GENERIC_THREAD_POSIX = 1 << 16 | 4
} nvtxResourceGenericType_t;

typedef union nvtxMessageValue_t {
  const char *ascii;
  const wchar_t *unicode;
  nvtxStringHandle_t registered;
} nvtxMessageValue_t;

typedef struct nvtxEventAttributes_v2 {
  uint16_t version;
  uint16_t size;
  uint32_t category;
  int32_t colorType;
  uint32_t color;
  int32_t payloadType;
  int32_t reserved0;
  union {
    uint64_t ullValue;
    int64_t llValue;
    double dValue;
    uint32_t uiValue;
    int32_t iValue;
    float fValue;
  } payload;
  int32_t messageType;
  nvtxMessageValue_t message;
} nvtxEventAttributes_t;

typedef struct nvtxResourceAttributes_v0 {
  uint16_t version;
  uint16_t size;
  int32_t identifierType;
  union {
    const void *pValue;
    uint64_t ullValue;
  } identifier;
  int32_t messageType;
  nvtxMessageValue_t message;
} nvtxResourceAttributes_t;

#define NVTX_EVENT_ATTRIB_STRUCT_SIZE ((uint16_t)sizeof(nvtxEventAttributes_t))
#define NVTX_RESOURCE_ATTRIB_STRUCT_SIZE ((uint16_t)sizeof(nvtxResourceAttributes_t))

/* The nesting depth is not tracked: a negative result is NVTX's own answer without a tool. */
#define NVTX_NO_PUSH_POP_TRACKING ((int)-2)

/* A function that takes one or two arguments and has no effect. */
#define ANYCHIP_NVTX_1(result, name, type, value) \
  NVTX_INLINE_STATIC result name(type argument) { \
    (void)argument;                               \
    return value;                                 \
  }
#define ANYCHIP_NVTX_2(result, name, type1, type2, value)       \
  NVTX_INLINE_STATIC result name(type1 argument1, type2 argument2) { \
    (void)argument1;                                            \
    (void)argument2;                                            \
    return value;                                               \
  }

ANYCHIP_NVTX_1(void, nvtxInitialize, const void *, )

/* Marks. */
ANYCHIP_NVTX_1(void, nvtxMarkA, const char *, )
ANYCHIP_NVTX_1(void, nvtxMarkW, const wchar_t *, )
ANYCHIP_NVTX_1(void, nvtxMarkEx, const nvtxEventAttributes_t *, )
ANYCHIP_NVTX_2(void, nvtxDomainMarkEx, nvtxDomainHandle_t, const nvtxEventAttributes_t *, )

/* Ranges of a thread, which nest. */
ANYCHIP_NVTX_1(int, nvtxRangePushA, const char *, NVTX_NO_PUSH_POP_TRACKING)
ANYCHIP_NVTX_1(int, nvtxRangePushW, const wchar_t *, NVTX_NO_PUSH_POP_TRACKING)
ANYCHIP_NVTX_1(int, nvtxRangePushEx, const nvtxEventAttributes_t *, NVTX_NO_PUSH_POP_TRACKING)
ANYCHIP_NVTX_2(int, nvtxDomainRangePushEx, nvtxDomainHandle_t, const nvtxEventAttributes_t *,
               NVTX_NO_PUSH_POP_TRACKING)
NVTX_INLINE_STATIC int nvtxRangePop(void) { return NVTX_NO_PUSH_POP_TRACKING; }
ANYCHIP_NVTX_1(int, nvtxDomainRangePop, nvtxDomainHandle_t, NVTX_NO_PUSH_POP_TRACKING)

/* Ranges of the process. */
ANYCHIP_NVTX_1(nvtxRangeId_t, nvtxRangeStartA, const char *, 0)
ANYCHIP_NVTX_1(nvtxRangeId_t, nvtxRangeStartW, const wchar_t *, 0)
ANYCHIP_NVTX_1(nvtxRangeId_t, nvtxRangeStartEx, const nvtxEventAttributes_t *, 0)
ANYCHIP_NVTX_2(nvtxRangeId_t, nvtxDomainRangeStartEx, nvtxDomainHandle_t, const nvtxEventAttributes_t *, 0)
ANYCHIP_NVTX_1(void, nvtxRangeEnd, nvtxRangeId_t, )
ANYCHIP_NVTX_2(void, nvtxDomainRangeEnd, nvtxDomainHandle_t, nvtxRangeId_t, )

/* Domains, registered strings, resources. */
ANYCHIP_NVTX_1(nvtxDomainHandle_t, nvtxDomainCreateA, const char *, 0)
ANYCHIP_NVTX_1(nvtxDomainHandle_t, nvtxDomainCreateW, const wchar_t *, 0)
ANYCHIP_NVTX_1(void, nvtxDomainDestroy, nvtxDomainHandle_t, )
ANYCHIP_NVTX_2(nvtxStringHandle_t, nvtxDomainRegisterStringA, nvtxDomainHandle_t, const char *, 0)
ANYCHIP_NVTX_2(nvtxStringHandle_t, nvtxDomainRegisterStringW, nvtxDomainHandle_t, const wchar_t *, 0)
ANYCHIP_NVTX_2(nvtxResourceHandle_t, nvtxDomainResourceCreate, nvtxDomainHandle_t, nvtxResourceAttributes_t *, 0)
ANYCHIP_NVTX_1(void, nvtxDomainResourceDestroy, nvtxResourceHandle_t, )

/* Names. */
ANYCHIP_NVTX_2(void, nvtxNameCategoryA, uint32_t, const char *, )
ANYCHIP_NVTX_2(void, nvtxNameCategoryW, uint32_t, const wchar_t *, )
NVTX_INLINE_STATIC void nvtxDomainNameCategoryA(nvtxDomainHandle_t domain, uint32_t category, const char *name) {
  (void)domain;
  nvtxNameCategoryA(category, name);
}
NVTX_INLINE_STATIC void nvtxDomainNameCategoryW(nvtxDomainHandle_t domain, uint32_t category, const wchar_t *name) {
  (void)domain;
  nvtxNameCategoryW(category, name);
}
ANYCHIP_NVTX_2(void, nvtxNameOsThreadA, uint32_t, const char *, )
ANYCHIP_NVTX_2(void, nvtxNameOsThreadW, uint32_t, const wchar_t *, )

#ifdef UNICODE
#define ANYCHIP_NVTX_TEXT(name) name##W
#else
#define ANYCHIP_NVTX_TEXT(name) name##A
#endif

#define nvtxMark ANYCHIP_NVTX_TEXT(nvtxMark)
#define nvtxRangePush ANYCHIP_NVTX_TEXT(nvtxRangePush)
#define nvtxRangeStart ANYCHIP_NVTX_TEXT(nvtxRangeStart)
#define nvtxNameOsThread ANYCHIP_NVTX_TEXT(nvtxNameOsThread)
#define nvtxNameCategory ANYCHIP_NVTX_TEXT(nvtxNameCategory)
#define nvtxDomainNameCategory ANYCHIP_NVTX_TEXT(nvtxDomainNameCategory)
#define nvtxDomainCreate ANYCHIP_NVTX_TEXT(nvtxDomainCreate)
#define nvtxDomainRegisterString ANYCHIP_NVTX_TEXT(nvtxDomainRegisterString)

#endif

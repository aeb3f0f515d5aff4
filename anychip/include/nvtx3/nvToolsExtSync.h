/* NVTX annotations of a program's own synchronisation objects; they do nothing. */
#ifndef NVTOOLSEXT_SYNC_V3
#define NVTOOLSEXT_SYNC_V3

#include "nvToolsExt.h"

typedef struct nvtxSyncUser *nvtxSyncUser_t;

typedef struct nvtxSyncUserAttributes_v0 {
  uint16_t version;
  uint16_t size;
  int32_t messageType;
  nvtxMessageValue_t message;
} nvtxSyncUserAttributes_t;

#define NVTX_SYNCUSER_ATTRIB_STRUCT_SIZE ((uint16_t)sizeof(nvtxSyncUserAttributes_t))

ANYCHIP_NVTX_2(nvtxSyncUser_t, nvtxDomainSyncUserCreate, nvtxDomainHandle_t, const nvtxSyncUserAttributes_t *, 0)
ANYCHIP_NVTX_1(void, nvtxDomainSyncUserDestroy, nvtxSyncUser_t, )
ANYCHIP_NVTX_1(void, nvtxDomainSyncUserAcquireStart, nvtxSyncUser_t, )
ANYCHIP_NVTX_1(void, nvtxDomainSyncUserAcquireFailed, nvtxSyncUser_t, )
ANYCHIP_NVTX_1(void, nvtxDomainSyncUserAcquireSuccess, nvtxSyncUser_t, )
ANYCHIP_NVTX_1(void, nvtxDomainSyncUserReleasing, nvtxSyncUser_t, )

#endif

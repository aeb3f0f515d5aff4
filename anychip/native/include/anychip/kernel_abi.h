/* The one C definition of what compiled kernels and the runtime share.
 *
 * Mirrored for the compiler by anychip/codegen/kernel_abi.py; a test compares the two field by field.
 * docs/design/kernel_abi.md explains the protocol. Plain C, so that any language can fill or read it.
 */
#ifndef ANYCHIP_KERNEL_ABI_H
#define ANYCHIP_KERNEL_ABI_H
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ANYCHIP_MODULE_MAGIC 0x63796e61u /* "anyc" */
#define ANYCHIP_ABI_VERSION 4u

/* One running block. Kernels only read it. */
typedef struct anychip_block {
  uint32_t block_idx[3];
  uint32_t block_dim[3];
  uint32_t grid_dim[3];
  uint32_t thread_count;         /* block_dim x*y*z */
  char *shared;                  /* static shared memory of the kernel, 256-byte aligned */
  char *dynamic_shared;          /* behind it, 256-byte aligned */
  uint32_t dynamic_shared_bytes; /* third launch parameter */
  uint32_t static_shared_bytes;
  const char *parameters;        /* the launch's parameter buffer, laid out as anychip_kernel.parameters says */
  void *launch;                  /* the runtime's own record of the launch */
} anychip_block;

/* What a strand asks of the scheduler when it yields. */
enum anychip_request {
  ANYCHIP_REQUEST_NONE = 0,
  ANYCHIP_REQUEST_BARRIER = 1,        /* operand: id, thread count (0 = all threads not yet finished) */
  ANYCHIP_REQUEST_BARRIER_ARRIVE = 2, /* operand: id, thread count; does not wait */
  ANYCHIP_REQUEST_BARRIER_REDUCE = 3, /* operand: id, predicate (lanes > 1: a bit each); operation: 0 popc 1 and 2 or; result[0] */
  ANYCHIP_REQUEST_WARP_BARRIER = 4,   /* mask */
  ANYCHIP_REQUEST_SHUFFLE = 5,        /* operand: value bits, b, c; operation: 0 idx 1 up 2 down 3 bfly; result: value, predicate */
  ANYCHIP_REQUEST_VOTE = 6,           /* operand: predicate; operation: 0 any 1 all 2 uni 3 ballot; result[0] */
  ANYCHIP_REQUEST_MATCH = 7,          /* operand: value bits; operation: 0 any 1 all; result: mask, predicate */
  ANYCHIP_REQUEST_WARP_REDUCE = 8,    /* operand: value; operation: 0 add 1 smin 2 smax 3 umin 4 umax 5 and 6 or 7 xor; result[0] */
  ANYCHIP_REQUEST_ACTIVE_MASK = 9,    /* result[0] */
  ANYCHIP_REQUEST_YIELD = 10          /* let others run, then go on */
};

/* Set in `converged` for the forms without a mask (before Volta): the lanes converged at the site take part. */

/* One strand: `lanes` consecutive threads of a warp executed by one call (1 on the scalar path). */
typedef struct anychip_thread {
  anychip_block *block;
  uint32_t thread_idx[3];
  uint32_t thread_linear; /* x + y*dim.x + z*dim.x*dim.y of the first lane; lane = thread_linear % 32 */
  char *stack;            /* next free byte for frames of resumable functions; 16-byte aligned */
  char *stack_end;
  uint32_t request;       /* enum anychip_request, written before yielding */
  uint32_t site;          /* index into anychip_module.sites: where it waits */
  uint32_t mask;
  uint32_t operation;     /* in run_block, low half: 0, or how many rows the group at thread_idx runs at once;
                           * high half: 0, or how many groups beside each other in each of them */
  uint32_t converged;
  uint32_t reserved;
  uint64_t operand[3];
  uint64_t result[2];     /* written by the scheduler before it resumes the strand */
} anychip_thread;

/* Runs the threads of the block from thread_idx and thread_linear on, which are 0 for a whole block: for kernels that never
 * yield. The callee sets both as it goes, so that a fault can name the thread. With lanes > 1: always the whole block, in
 * any order. */
typedef void (*anychip_block_function)(anychip_thread *thread);

/* Runs one strand from `state` (0 = start) until it yields or ends: returns the state to resume with, or -1 at the end.
 * `frame` is frame_bytes of memory that lives until the strand ends, aligned to 16 bytes or, if lanes > 1, to 64. */
typedef int32_t (*anychip_strand_function)(anychip_thread *thread, char *frame, int32_t state);

typedef struct anychip_site {
  const char *file;
  uint32_t line;
  uint32_t column;
} anychip_site;

typedef struct anychip_parameter {
  uint32_t offset; /* in the parameter buffer */
  uint32_t size;
} anychip_parameter;

typedef struct anychip_kernel {
  const char *name; /* as registered by the host: mangled */
  const char *file;
  uint32_t line;
  uint32_t parameter_count;
  const anychip_parameter *parameters;
  uint32_t parameter_bytes;
  uint32_t static_shared_bytes;
  uint32_t local_bytes;  /* local memory of a thread, for cudaFuncAttributes */
  uint32_t frame_bytes;  /* of a strand */
  uint32_t max_threads;  /* __launch_bounds__, else 1024 */
  uint32_t lanes;        /* threads a strand covers */
  anychip_block_function run_block;   /* null if the kernel can yield to the scheduler */
  anychip_strand_function run_strand; /* null if run_block is set */
  /* The same with lanes 1, if this one has more: says which thread of a group a fault is of. */
  const struct anychip_kernel *by_thread;
  uint32_t rows_only; /* by_thread runs blocks whose rows are not whole numbers of strands, unless they are a single row */
  uint32_t reserved;
} anychip_kernel;

enum { ANYCHIP_VARIABLE_CONSTANT = 1, ANYCHIP_VARIABLE_MANAGED = 2 };

typedef struct anychip_variable {
  const char *name;
  void *address;
  uint64_t size;
  uint32_t flags;
  uint32_t reserved;
} anychip_variable;

/* What one compiled translation unit exports; the host's fat-binary wrapper points at it. */
typedef struct anychip_module {
  uint32_t magic;
  uint32_t abi_version;
  const char *name; /* source file */
  uint32_t kernel_count;
  uint32_t variable_count;
  uint32_t site_count;
  uint32_t reserved;
  const anychip_kernel *kernels;
  const anychip_variable *variables;
  const anychip_site *sites;
} anychip_module;

/* Services that compiled kernels call; the runtime defines them. */
int32_t anychip_vprintf(anychip_thread *thread, const char *format, const void *arguments);
void anychip_assert_fail(anychip_thread *thread, const char *message, const char *file, uint32_t line,
                         const char *function) __attribute__((noreturn));
void anychip_trap(anychip_thread *thread, uint32_t site) __attribute__((noreturn));
void anychip_stack_overflow(anychip_thread *thread) __attribute__((noreturn));
uint64_t anychip_clock(void);       /* cycles-like counter, monotonic */
uint64_t anychip_globaltimer(void); /* nanoseconds */
void anychip_nanosleep(uint32_t nanoseconds);
void *anychip_device_malloc(anychip_thread *thread, uint64_t bytes);
void anychip_device_free(anychip_thread *thread, void *pointer);

#ifdef __cplusplus
}
#endif
#endif

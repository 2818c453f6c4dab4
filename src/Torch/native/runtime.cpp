// The library as a whole: its error message, threads, memory, and a description of what it runs on.
#include "shim.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#include <dlfcn.h>
#include <malloc.h>

#include <cstdlib>
#include <string>

using namespace cohort;

namespace {

thread_local std::string last_error;

// Tensors of a training step come and go at the same sizes: glibc should keep their memory instead of returning it to the
// kernel and faulting it in again at every step. The values are the largest that mallopt takes and enough for a batch.
__attribute__((constructor)) void keep_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 64 << 20);
}

// OpenBLAS has one thread count for the whole process and hands work to threads that torch knows nothing of. One thread for
// each caller keeps training slots from disturbing each other, and a product's bits from depending on the core count.
__attribute__((constructor)) void keep_blas_on_the_calling_thread() {
  using SetThreads = void (*)(int);
  if (auto set = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) set(1);
}

// On a GPU cuDNN may choose convolutions whose sums depend on the order in which threads finish; a run should repeat bit for
// bit there too.
__attribute__((constructor)) void repeat_the_same_bits_on_cuda() { at::globalContext().setDeterministicCuDNN(true); }

int cuda_devices() {
  return c10::impl::hasDeviceGuardImpl(c10::kCUDA) ? c10::impl::getDeviceGuardImpl(c10::kCUDA)->deviceCount() : 0;
}

std::string blas_file() {
  Dl_info where;
  void* gemm = dlsym(RTLD_DEFAULT, "sgemm_");
  if (!gemm || !dladdr(gemm, &where)) return "built into libtorch";
  char* resolved = realpath(where.dli_fname, nullptr);
  std::string file = resolved ? resolved : where.dli_fname;
  std::free(resolved);
  return file;
}

}  // namespace

void cohort::remember_exception() noexcept {
  try {
    throw;
  } catch (const c10::Error& error) {
    last_error = error.what_without_backtrace();
  } catch (const std::exception& error) {
    last_error = error.what();
  } catch (...) {
    last_error = "an exception of unknown type";
  }
}

COHORT_API const char* cohort_last_error() { return last_error.c_str(); }

// Counts for the calling thread and for threads that have not used torch yet. A thread takes the last count set anywhere
// when it first asks for its own; asking before setting keeps what other threads set later from this one.
COHORT_API void cohort_set_num_threads(int32_t count) {
  at::get_num_threads();
  at::set_num_threads(count);
}

COHORT_API int32_t cohort_get_num_threads() { return at::get_num_threads(); }

COHORT_API int32_t cohort_cuda_device_count() { return cuda_devices(); }

COHORT_API const char* cohort_version() { return TORCH_VERSION; }

COHORT_API int32_t cohort_has_mkldnn() { return at::hasMKLDNN(); }

// Valid until the calling thread asks again.
COHORT_API const char* cohort_blas() {
  thread_local std::string file;
  file = blas_file();
  return file.c_str();
}

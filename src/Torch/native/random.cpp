// Random numbers. Every thread has a default generator of its own, so that what a thread draws never depends on
// what other threads draw meanwhile (libtorch itself shares one generator between all threads).
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/ops/bernoulli.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/normal.h>
#include <ATen/ops/uniform.h>

using namespace cohort;

namespace {

using GeneratorHandle = c10::GeneratorImpl*;

at::Generator& thread_generator() {
  thread_local at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(at::default_rng_seed_val);
  return generator;
}

at::Generator choose(GeneratorHandle handle, const at::Tensor& tensor) {
  if (handle) return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(handle));
  return tensor.is_cpu() ? thread_generator() : at::globalContext().defaultGenerator(tensor.device());
}

}  // namespace

COHORT_API GeneratorHandle cohort_generator_new(uint64_t seed) {
  return at::make_generator<at::CPUGeneratorImpl>(seed).unsafeReleaseGeneratorImpl();
}

COHORT_API void cohort_generator_free(GeneratorHandle generator) {
  c10::intrusive_ptr<c10::GeneratorImpl>::reclaim(generator).reset();
}

COHORT_API void cohort_generator_seed(GeneratorHandle generator, uint64_t seed) { generator->set_current_seed(seed); }

// A second owner of the calling thread's generator.
COHORT_API GeneratorHandle cohort_thread_generator() { return at::Generator(thread_generator()).unsafeReleaseGeneratorImpl(); }

COHORT_API int32_t cohort_manual_seed(uint64_t seed) {
  return perform([&] {
    thread_generator().set_current_seed(seed);
    at::manual_seed(seed);
  });
}

COHORT_API int32_t cohort_uniform_(Handle tensor, double from, double to, GeneratorHandle generator) {
  return perform([&] {
    Borrowed target(tensor);
    target->uniform_(from, to, choose(generator, target));
  });
}

COHORT_API int32_t cohort_normal_(Handle tensor, double mean, double deviation, GeneratorHandle generator) {
  return perform([&] {
    Borrowed target(tensor);
    target->normal_(mean, deviation, choose(generator, target));
  });
}

// As at::dropout, drawing from the calling thread's generator.
COHORT_API Handle cohort_dropout(Handle input, double p, int32_t training) {
  return produce([&] {
    Borrowed x(input);
    TORCH_CHECK(p >= 0 && p <= 1, "dropout probability has to be between 0 and 1, but got ", p);
    if (!training || p == 0) return at::Tensor(*x);
    at::Tensor kept = at::empty_like(x).bernoulli_(1 - p, choose(nullptr, x));
    if (p < 1) kept.div_(1 - p);
    return x->mul(kept);
  });
}

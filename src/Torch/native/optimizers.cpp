// Optimiser steps over all parameters in one call: one pass over memory for each parameter, and no intermediate tensors.
// The arithmetic is PyTorch's (torch/optim/sgd.py, torch/optim/adam.py), in the same order.
#include "shim.h"

#include <ATen/ops/add.h>
#include <ATen/ops/clone.h>
#include <ATen/ops/div.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>

#include <cmath>

using namespace cohort;

namespace {

struct SgdOptions {
  double learning_rate, momentum, dampening, weight_decay;
  int32_t nesterov;
};

struct AdamOptions {
  double learning_rate, beta1, beta2, eps, weight_decay;
  int32_t amsgrad;
};

FOR_EACH_CPU void sgd_plain(float* p, const float* g, int64_t n, float rate, float decay) {
  if (decay == 0) {
    for (int64_t i = 0; i < n; ++i) p[i] = p[i] - rate * g[i];
  } else {
    for (int64_t i = 0; i < n; ++i) p[i] = p[i] - rate * (g[i] + decay * p[i]);
  }
}

FOR_EACH_CPU void sgd_momentum(float* p, const float* g, float* b, int64_t n, float rate, float decay, float momentum,
                               float gain) {
  for (int64_t i = 0; i < n; ++i) {
    float d = g[i] + decay * p[i];
    float v = momentum * b[i];
    v = v + gain * d;
    b[i] = v;
    p[i] = p[i] - rate * v;
  }
}

FOR_EACH_CPU void sgd_nesterov(float* p, const float* g, float* b, int64_t n, float rate, float decay, float momentum,
                               float gain) {
  for (int64_t i = 0; i < n; ++i) {
    float d = g[i] + decay * p[i];
    float v = momentum * b[i];
    v = v + gain * d;
    b[i] = v;
    p[i] = p[i] - rate * (d + momentum * v);
  }
}

FOR_EACH_CPU void adam_plain(float* p, const float* g, float* m, float* v, int64_t n, float step_size, float decay, float beta1,
                             float beta2, float root_correction2, float eps, float gain1, float gain2) {
  for (int64_t i = 0; i < n; ++i) {
    float d = g[i] + decay * p[i];
    float first = m[i] * beta1;
    first = first + gain1 * d;
    float second = v[i] * beta2;
    second = second + gain2 * d * d;
    m[i] = first;
    v[i] = second;
    float denominator = std::sqrt(second) / root_correction2 + eps;
    p[i] = p[i] - step_size * first / denominator;
  }
}

bool plain(const at::Tensor& t) { return t.is_cpu() && t.scalar_type() == at::kFloat && t.is_contiguous(); }

float* data(const at::Tensor& t) { return static_cast<float*>(t.data_ptr()); }

// A state tensor made here is handed to the C# side, which gives it back at every step and frees it.
at::Tensor& state(Handle& slot, at::Tensor& holder, const at::Tensor& initial) {
  holder = initial;
  slot = give(initial);
  return holder;
}

void sgd(const at::Tensor& p, at::Tensor g, Handle& slot, const SgdOptions& o) {
  bool first = slot == nullptr;
  at::Tensor buffer;
  if (o.momentum != 0) {
    if (first) {
      // PyTorch starts the buffer as the first (decayed) gradient, without dampening.
      at::Tensor start = at::clone(g);
      if (o.weight_decay != 0) start.add_(p, o.weight_decay);
      state(slot, buffer, start);
    } else {
      buffer = *Borrowed(slot);
    }
  }

  if (plain(p) && plain(g) && (o.momentum == 0 || (plain(buffer) && !first))) {
    auto rate = static_cast<float>(o.learning_rate);
    auto decay = static_cast<float>(o.weight_decay);
    auto momentum = static_cast<float>(o.momentum);
    auto gain = static_cast<float>(1 - o.dampening);
    if (o.momentum == 0) {
      sgd_plain(data(p), data(g), p.numel(), rate, decay);
    } else if (o.nesterov) {
      sgd_nesterov(data(p), data(g), data(buffer), p.numel(), rate, decay, momentum, gain);
    } else {
      sgd_momentum(data(p), data(g), data(buffer), p.numel(), rate, decay, momentum, gain);
    }
    p.unsafeGetTensorImpl()->bump_version();
    return;
  }

  if (o.weight_decay != 0) g = at::add(g, p, o.weight_decay);
  if (o.momentum != 0) {
    if (!first) buffer.mul_(o.momentum).add_(g, 1 - o.dampening);
    g = o.nesterov ? at::add(g, buffer, o.momentum) : buffer;
  }
  p.add_(g, -o.learning_rate);
}

void adam(const at::Tensor& p, at::Tensor g, Handle* slots, const AdamOptions& o, int64_t step) {
  at::Tensor m, v, vmax;
  if (slots[0] == nullptr) {
    state(slots[0], m, at::zeros_like(p));
    state(slots[1], v, at::zeros_like(p));
    if (o.amsgrad) state(slots[2], vmax, at::zeros_like(p));
  } else {
    m = *Borrowed(slots[0]);
    v = *Borrowed(slots[1]);
    if (o.amsgrad) vmax = *Borrowed(slots[2]);
  }
  double correction1 = 1 - std::pow(o.beta1, step);
  double root_correction2 = std::sqrt(1 - std::pow(o.beta2, step));
  double step_size = o.learning_rate / correction1;

  if (!o.amsgrad && plain(p) && plain(g) && plain(m) && plain(v)) {
    adam_plain(data(p), data(g), data(m), data(v), p.numel(), static_cast<float>(step_size), static_cast<float>(o.weight_decay),
               static_cast<float>(o.beta1), static_cast<float>(o.beta2), static_cast<float>(root_correction2),
               static_cast<float>(o.eps), static_cast<float>(1 - o.beta1), static_cast<float>(1 - o.beta2));
    p.unsafeGetTensorImpl()->bump_version();
    return;
  }

  if (o.weight_decay != 0) g = at::add(g, p, o.weight_decay);
  m.mul_(o.beta1).add_(g, 1 - o.beta1);
  v.mul_(o.beta2).add_(at::mul(g, g), 1 - o.beta2);
  if (o.amsgrad) vmax.copy_(at::maximum(vmax, v));
  at::Tensor denominator = at::sqrt(o.amsgrad ? vmax : v).div_(root_correction2).add_(o.eps);
  p.add_(at::div(m, denominator), -step_size);
}

}  // namespace

// `buffers` holds one slot for each parameter: null before its first step with momentum.
COHORT_API int32_t cohort_sgd_step(const Handle* parameters, Handle* buffers, int32_t count, const SgdOptions* options) {
  return perform([&] {
    c10::AutoGradMode quiet(false);
    for (int32_t i = 0; i < count; ++i) {
      Borrowed p(parameters[i]);
      const at::Tensor& g = p->grad();
      if (g.defined()) sgd(p, g, buffers[i], *options);
    }
  });
}

// `moments` holds three slots for each parameter (first, second, greatest second), null before its first step, and
// `steps` the number of steps it has made.
COHORT_API int32_t cohort_adam_step(const Handle* parameters, Handle* moments, int64_t* steps, int32_t count,
                                    const AdamOptions* options) {
  return perform([&] {
    c10::AutoGradMode quiet(false);
    for (int32_t i = 0; i < count; ++i) {
      Borrowed p(parameters[i]);
      const at::Tensor& g = p->grad();
      if (g.defined()) adam(p, g, moments + 3 * i, *options, ++steps[i]);
    }
  });
}

// Operations that act on each element, and products of matrices.
#include "shim.h"

#include <ATen/ops/abs.h>
#include <ATen/ops/add.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/clamp_max.h>
#include <ATen/ops/clamp_min.h>
#include <ATen/ops/div.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/fill.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/log.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/neg.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/rsub.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/zero.h>

using namespace cohort;

#define UNARY(op) \
  COHORT_API Handle cohort_##op(Handle a) { \
    return produce([&] { return at::op(Borrowed(a)); }); \
  }

#define BINARY(op) \
  COHORT_API Handle cohort_##op(Handle a, Handle b) { \
    return produce([&] { return at::op(Borrowed(a), Borrowed(b)); }); \
  }

#define WITH_NUMBER(op) \
  COHORT_API Handle cohort_##op##_number(Handle a, Number b) { \
    return produce([&] { return at::op(Borrowed(a), at::Scalar(b)); }); \
  }

#define IN_PLACE(op) \
  COHORT_API int32_t cohort_##op(Handle a, Handle b) { \
    return perform([&] { Borrowed(a)->op(Borrowed(b)); }); \
  }

#define IN_PLACE_NUMBER(op) \
  COHORT_API int32_t cohort_##op##number_(Handle a, Number b) { \
    return perform([&] { Borrowed(a)->op(at::Scalar(b)); }); \
  }

UNARY(neg)
UNARY(sqrt)
UNARY(exp)
UNARY(log)
UNARY(abs)
UNARY(relu)
UNARY(sigmoid)
UNARY(tanh)
UNARY(isfinite)

BINARY(mul)
BINARY(div)
BINARY(pow)
BINARY(eq)
BINARY(matmul)
BINARY(mm)

WITH_NUMBER(add)
WITH_NUMBER(sub)
WITH_NUMBER(mul)
WITH_NUMBER(div)
WITH_NUMBER(pow)
WITH_NUMBER(eq)

IN_PLACE(mul_)
IN_PLACE(div_)
IN_PLACE_NUMBER(add_)
IN_PLACE_NUMBER(sub_)
IN_PLACE_NUMBER(mul_)
IN_PLACE_NUMBER(div_)
IN_PLACE_NUMBER(fill_)

COHORT_API Handle cohort_add(Handle a, Handle b, Number alpha) {
  return produce([&] { return at::add(Borrowed(a), Borrowed(b), alpha); });
}

COHORT_API Handle cohort_sub(Handle a, Handle b, Number alpha) {
  return produce([&] { return at::sub(Borrowed(a), Borrowed(b), alpha); });
}

COHORT_API int32_t cohort_add_(Handle a, Handle b, Number alpha) {
  return perform([&] { Borrowed(a)->add_(Borrowed(b), alpha); });
}

COHORT_API int32_t cohort_sub_(Handle a, Handle b, Number alpha) {
  return perform([&] { Borrowed(a)->sub_(Borrowed(b), alpha); });
}

COHORT_API Handle cohort_number_sub(Number a, Handle b) {
  return produce([&] { return at::rsub(Borrowed(b), at::Scalar(a), 1); });
}

COHORT_API Handle cohort_number_div(Number a, Handle b) {
  return produce([&] { return at::mul(at::reciprocal(Borrowed(b)), at::Scalar(a)); });
}

COHORT_API int32_t cohort_relu_(Handle a) {
  return perform([&] { Borrowed(a)->relu_(); });
}

COHORT_API int32_t cohort_zero_(Handle a) {
  return perform([&] { Borrowed(a)->zero_(); });
}

COHORT_API int32_t cohort_clamp_(Handle a, const Number* min, const Number* max) {
  return perform([&] {
    Borrowed tensor(a);
    if (min) tensor->clamp_min_(at::Scalar(*min));
    if (max) tensor->clamp_max_(at::Scalar(*max));
  });
}

COHORT_API Handle cohort_clamp(Handle a, const Number* min, const Number* max) {
  return produce([&] {
    Borrowed tensor(a);
    if (min && max) return at::clamp(tensor, at::Scalar(*min), at::Scalar(*max));
    if (min) return at::clamp_min(tensor, at::Scalar(*min));
    TORCH_CHECK(max, "clamp needs a minimum, a maximum or both");
    return at::clamp_max(tensor, at::Scalar(*max));
  });
}

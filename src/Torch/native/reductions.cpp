// Operations that reduce dimensions, and softmax along one.
#include "shim.h"

#include <ATen/ops/all.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/max.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/min.h>
#include <ATen/ops/norm.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/sum.h>

using namespace cohort;

#define WHOLE(op) \
  COHORT_API Handle cohort_##op(Handle a) { \
    return produce([&] { return at::op(Borrowed(a)); }); \
  }

#define OVER_DIMS(op) \
  COHORT_API Handle cohort_##op##_dims(Handle a, const int64_t* dims, int32_t count, int32_t keepdim) { \
    return produce([&] { return at::op(Borrowed(a), list(dims, count), keepdim != 0); }); \
  }

// Gives the values; the positions go to *indices.
#define WITH_POSITION(op) \
  COHORT_API Handle cohort_##op##_dim(Handle a, int64_t dim, int32_t keepdim, Handle* indices) { \
    return produce([&] { \
      auto result = at::op(Borrowed(a), dim, keepdim != 0); \
      *indices = give(std::get<1>(result)); \
      return std::get<0>(result); \
    }); \
  }

WHOLE(sum)
WHOLE(mean)
WHOLE(max)
WHOLE(min)
WHOLE(argmax)
WHOLE(all)

OVER_DIMS(sum)
OVER_DIMS(mean)

WITH_POSITION(max)
WITH_POSITION(min)

COHORT_API Handle cohort_argmax_dim(Handle a, int64_t dim, int32_t keepdim) {
  return produce([&] { return at::argmax(Borrowed(a), dim, keepdim != 0); });
}

COHORT_API Handle cohort_norm(Handle a, double p) {
  return produce([&] { return at::norm(Borrowed(a), p); });
}

COHORT_API Handle cohort_norm_dim(Handle a, int64_t dim, int32_t keepdim, double p) {
  return produce([&] { return at::norm(Borrowed(a), at::Scalar(p), at::IntArrayRef(dim), keepdim != 0); });
}

COHORT_API Handle cohort_softmax(Handle a, int64_t dim) {
  return produce([&] { return at::softmax(Borrowed(a), dim); });
}

COHORT_API Handle cohort_log_softmax(Handle a, int64_t dim) {
  return produce([&] { return at::log_softmax(Borrowed(a), dim); });
}

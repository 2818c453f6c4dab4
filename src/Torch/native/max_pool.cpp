// Max pooling over windows of 2 x 2, which libtorch 1.13 computes one element at a time: a fifth of the training time of a
// network of small convolutions. Results are libtorch's, bit for bit, gradients of any order included; other windows go to
// libtorch.
#include "shim.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/max_pool2d.h>
#include <torch/csrc/autograd/function.h>

using namespace cohort;

namespace {

// Which of the four values of a window, row by row, was the greatest; the first among equals, the last NaN.
using Position = uint8_t;

FOR_EACH_CPU void pool_row(const float* __restrict top, const float* __restrict bottom, float* __restrict greatest,
                           Position* __restrict position, int64_t windows) {
  for (int64_t i = 0; i < windows; ++i) {
    float a = top[2 * i], b = top[2 * i + 1], c = bottom[2 * i], d = bottom[2 * i + 1];
    float value = a;
    int32_t where = 0;
    bool take = (b > value) | (b != b);
    value = take ? b : value;
    where = take ? 1 : where;
    take = (c > value) | (c != c);
    value = take ? c : value;
    where = take ? 2 : where;
    take = (d > value) | (d != d);
    value = take ? d : value;
    where = take ? 3 : where;
    greatest[i] = value;
    position[i] = static_cast<Position>(where);
  }
}

FOR_EACH_CPU void spread_row(const float* __restrict gradient, const Position* __restrict position, float* __restrict top,
                             float* __restrict bottom, int64_t windows) {
  for (int64_t i = 0; i < windows; ++i) {
    float g = gradient[i];
    int32_t where = position[i];
    top[2 * i] = where == 0 ? g : 0.0f;
    top[2 * i + 1] = where == 1 ? g : 0.0f;
    bottom[2 * i] = where == 2 ? g : 0.0f;
    bottom[2 * i + 1] = where == 3 ? g : 0.0f;
  }
}

FOR_EACH_CPU void gather_row(const float* __restrict top, const float* __restrict bottom, const Position* __restrict position,
                             float* __restrict values, int64_t windows) {
  for (int64_t i = 0; i < windows; ++i) {
    int32_t where = position[i];
    float upper = where == 1 ? top[2 * i + 1] : top[2 * i];
    float lower = where == 3 ? bottom[2 * i + 1] : bottom[2 * i];
    values[i] = where < 2 ? upper : lower;
  }
}

// Planes are the images of a batch and their channels; a plane is small, so threads share whole ones.
template <class Body>
void for_planes(int64_t planes, int64_t elements, Body body) {
  int64_t grain = std::max<int64_t>(1, 32768 / std::max<int64_t>(1, elements));
  at::parallel_for(0, planes, grain, [&](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; ++plane) body(plane);
  });
}

bool is_plain_window(const at::Tensor& x, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation) {
  return kernel == 2 && stride == 2 && padding == 0 && dilation == 1 && x.dim() == 4 && x.is_cpu() &&
         x.scalar_type() == at::kFloat && x.is_contiguous() && x.size(2) % 2 == 0 && x.size(3) % 2 == 0 && x.numel() > 0;
}

struct Pooled {
  at::Tensor values;
  at::Tensor positions;
};

Pooled pool(const at::Tensor& x) {
  int64_t rows = x.size(2) / 2, windows = x.size(3) / 2;
  at::Tensor values = at::empty({x.size(0), x.size(1), rows, windows}, x.options());
  at::Tensor positions = at::empty({values.numel()}, x.options().dtype(at::kByte));
  auto* in = static_cast<const float*>(x.data_ptr());
  auto* out = static_cast<float*>(values.data_ptr());
  auto* where = static_cast<Position*>(positions.data_ptr());
  for_planes(x.size(0) * x.size(1), rows * windows, [=](int64_t plane) {
    for (int64_t row = plane * rows; row < (plane + 1) * rows; ++row) {
      const float* top = in + row * 4 * windows;
      pool_row(top, top + 2 * windows, out + row * windows, where + row * windows, windows);
    }
  });
  return {values, positions};
}

at::Tensor spread(const at::Tensor& gradient, const at::Tensor& positions) {
  at::Tensor g = gradient.contiguous();
  int64_t rows = g.size(2), windows = g.size(3);
  at::Tensor result = at::empty({g.size(0), g.size(1), 2 * rows, 2 * windows}, g.options());
  auto* in = static_cast<const float*>(g.data_ptr());
  auto* out = static_cast<float*>(result.data_ptr());
  auto* where = static_cast<const Position*>(positions.data_ptr());
  for_planes(g.size(0) * g.size(1), rows * windows, [=](int64_t plane) {
    for (int64_t row = plane * rows; row < (plane + 1) * rows; ++row) {
      float* top = out + row * 4 * windows;
      spread_row(in + row * windows, where + row * windows, top, top + 2 * windows, windows);
    }
  });
  return result;
}

// From each window of the argument the value that stands where the greatest of the pooled input did.
at::Tensor gather(const at::Tensor& full, const at::Tensor& positions) {
  at::Tensor x = full.contiguous();
  int64_t rows = x.size(2) / 2, windows = x.size(3) / 2;
  at::Tensor result = at::empty({x.size(0), x.size(1), rows, windows}, x.options());
  auto* in = static_cast<const float*>(x.data_ptr());
  auto* out = static_cast<float*>(result.data_ptr());
  auto* where = static_cast<const Position*>(positions.data_ptr());
  for_planes(x.size(0) * x.size(1), rows * windows, [=](int64_t plane) {
    for (int64_t row = plane * rows; row < (plane + 1) * rows; ++row) {
      const float* top = in + row * 4 * windows;
      gather_row(top, top + 2 * windows, where + row * windows, out + row * windows, windows);
    }
  });
  return result;
}

// Where the positions are fixed, spread and gather are linear and each is the other's transpose: the gradient of one is the
// other, of any order.
enum class Linear { spread, gather };

at::Tensor apply_recorded(Linear map, const at::Tensor& x, const at::Tensor& positions);

struct PositionsBackward : torch::autograd::Node {
  PositionsBackward(Linear map, at::Tensor positions) : map_(map), positions_(std::move(positions)) {}

  torch::autograd::variable_list apply(torch::autograd::variable_list&& gradients) override {
    if (!gradients[0].defined()) return {at::Tensor()};
    TORCH_CHECK(positions_.defined(), "Trying to backward through max_pool2d a second time: its positions were freed.");
    return {apply_recorded(map_, gradients[0], positions_)};
  }

  void release_variables() override { positions_.reset(); }

  Linear map_;
  at::Tensor positions_;
};

void record(const at::Tensor& input, at::Tensor& result, Linear backward, at::Tensor positions) {
  std::shared_ptr<PositionsBackward> node(new PositionsBackward(backward, std::move(positions)), torch::autograd::deleteNode);
  node->set_next_edges(torch::autograd::collect_next_edges(input));
  torch::autograd::create_gradient_edge(result, node);
}

bool is_recorded(const at::Tensor& x) { return c10::GradMode::is_enabled() && x.requires_grad(); }

at::Tensor apply_recorded(Linear map, const at::Tensor& x, const at::Tensor& positions) {
  bool recorded = is_recorded(x);
  c10::AutoGradMode quiet(false);
  at::Tensor result = map == Linear::spread ? spread(x, positions) : gather(x, positions);
  if (recorded) record(x, result, map == Linear::spread ? Linear::gather : Linear::spread, positions);
  return result;
}

at::Tensor max_pool_2x2(const at::Tensor& x) {
  bool recorded = is_recorded(x);
  c10::AutoGradMode quiet(false);
  Pooled pooled = pool(x);
  if (recorded) record(x, pooled.values, Linear::spread, std::move(pooled.positions));
  return pooled.values;
}

}  // namespace

COHORT_API Handle cohort_max_pool2d(Handle input, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation,
                                    int32_t ceil_mode) {
  return produce([&] {
    Borrowed x(input);
    if (is_plain_window(x, kernel, stride, padding, dilation)) return max_pool_2x2(x);
    return at::max_pool2d(x, kernel, stride, padding, dilation, ceil_mode != 0);
  });
}

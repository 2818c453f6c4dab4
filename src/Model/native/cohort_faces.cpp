// Faces in pictures through OpenCV's cascades (Viola, Jones 2001), behind a C ABI as cohort_vision.cpp. A library of its own: OpenCV's
// detector brings many others along, and only who searches for faces shall load them.

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "shim.h"

namespace {

// On one thread windows are visited, and grouped, in one order.
[[maybe_unused]] const bool kSetUp = [] {
  cv::setNumThreads(1);
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  return true;
}();

}  // namespace

// A cascade's file -> a detector for one thread, to be given back with cohort_faces_close.
COHORT_API int cohort_faces_open(const char* path, void** cascade, char* error, int32_t error_length) {
  return guarded(error, error_length, [&] {
    auto opened = std::make_unique<cv::CascadeClassifier>();
    if (!opened->load(path)) throw std::runtime_error("it holds no cascade");
    *cascade = opened.release();
  });
}

// Boxes (x, y, width, height) of faces in a grey picture, the first `most` of them. A box stands for at least `neighbours` windows that agree.
COHORT_API int cohort_faces_find(void* cascade, const uint8_t* pixels, int32_t width, int32_t height, int32_t least, int32_t neighbours,
                                 int32_t* boxes, int32_t most, int32_t* count, char* error, int32_t error_length) {
  return guarded(error, error_length, [&] {
    const cv::Mat picture(height, width, CV_8UC1, const_cast<uint8_t*>(pixels));
    std::vector<cv::Rect> found;
    static_cast<cv::CascadeClassifier*>(cascade)->detectMultiScale(picture, found, 1.05, neighbours, 0, {least, least});
    *count = 0;
    for (const cv::Rect& box : found) {
      if (*count == most) break;
      const int32_t values[] = {box.x, box.y, box.width, box.height};
      std::copy(values, values + 4, boxes + 4 * (*count)++);
    }
  });
}

COHORT_API void cohort_faces_close(void* cascade) { delete static_cast<cv::CascadeClassifier*>(cascade); }

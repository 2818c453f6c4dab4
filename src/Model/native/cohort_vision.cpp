// Pictures through OpenCV, behind a C ABI: PNG and JPEG to small grey squares or to all their pixels, captions, boxes, and grey or RGB
// pixels to PNG. Nothing throws across the border: a function returns 0, or 1 with a message in `error`.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "shim.h"

namespace {

// A compressed picture of a few kilobytes may unfold to gigabytes, so its size is read before it is decoded.
constexpr int64_t kMostPixels = int64_t{1} << 26;

// No picture of so many pixels needs more bytes, and OpenCV counts them in an int.
constexpr int64_t kMostBytes = int64_t{1} << 29;

constexpr uint8_t kPngSignature[] = {0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a};

struct Size {
  int64_t width;
  int64_t height;
};

int64_t big_endian(const uint8_t* bytes, int count) {
  int64_t value = 0;
  for (int i = 0; i < count; i++) value = (value << 8) | bytes[i];
  return value;
}

bool is_png(const uint8_t* data, int64_t length) {
  return length >= 24 && std::memcmp(data, kPngSignature, sizeof kPngSignature) == 0;
}

bool is_jpeg(const uint8_t* data, int64_t length) { return length >= 4 && data[0] == 0xff && data[1] == 0xd8 && data[2] == 0xff; }

// Walks the markers to the frame header, then makes sure that the last scan is ended: libjpeg fills what is missing with grey.
Size jpeg_size(const uint8_t* data, int64_t length) {
  Size size{0, 0};
  int64_t at = 2;
  while (at + 4 <= length) {
    if (data[at] != 0xff) throw std::runtime_error("the JPEG data is damaged");
    const uint8_t marker = data[at + 1];
    if (marker == 0xff) {
      at++;
      continue;
    }
    const int64_t segment = big_endian(data + at + 2, 2);
    const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (frame) {
      if (at + 9 > length) break;
      size = {big_endian(data + at + 7, 2), big_endian(data + at + 5, 2)};
    }
    if (marker == 0xda) {
      for (int64_t end = length - 2; end > at; end--) {
        if (data[end] == 0xff && data[end + 1] == 0xd9) return size;
      }
      break;
    }
    at += 2 + segment;
  }
  throw std::runtime_error("the JPEG data ends too early");
}

Size announced_size(const uint8_t* data, int64_t length) {
  if (is_png(data, length)) return {big_endian(data + 16, 4), big_endian(data + 20, 4)};
  if (is_jpeg(data, length)) return jpeg_size(data, length);
  throw std::runtime_error("it is neither a PNG nor a JPEG picture");
}

cv::Mat decode(const uint8_t* data, int64_t length, int flags) {
  if (length > kMostBytes) {
    throw std::runtime_error("the file has " + std::to_string(length) + " bytes, more than the " + std::to_string(kMostBytes) +
                             " that are allowed");
  }
  const Size size = announced_size(data, length);
  if (size.width < 1 || size.height < 1) throw std::runtime_error("the picture is empty");
  if (size.width > kMostPixels / size.height) {
    throw std::runtime_error("the picture is " + std::to_string(size.width) + "x" + std::to_string(size.height) +
                             ", more than the " + std::to_string(kMostPixels) + " pixels that are allowed");
  }
  const cv::Mat bytes(1, static_cast<int>(length), CV_8UC1, const_cast<uint8_t*>(data));
  cv::Mat picture = cv::imdecode(bytes, flags);
  if (picture.empty()) throw std::runtime_error("the picture's data is damaged or ends too early");
  return picture;
}

// One thread per call: callers decode many files side by side. Errors are returned, so nothing is logged.
[[maybe_unused]] const bool kSetUp = [] {
  cv::setNumThreads(1);
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  return true;
}();

}  // namespace

// PNG or JPEG -> side * side grey bytes: the largest centred square, resized by pixel area (bilinear where it is enlarged).
COHORT_API int cohort_vision_decode(const uint8_t* data, int64_t length, int32_t side, uint8_t* pixels, char* error,
                                    int32_t error_length) {
  return guarded(error, error_length, [&] {
    const cv::Mat grey = decode(data, length, cv::IMREAD_GRAYSCALE);
    const int edge = std::min(grey.cols, grey.rows);
    const cv::Rect square((grey.cols - edge) / 2, (grey.rows - edge) / 2, edge, edge);
    cv::Mat target(side, side, CV_8UC1, pixels);
    cv::resize(grey(square), target, target.size(), 0, 0, cv::INTER_AREA);
  });
}

// Writes a line of text into a grey picture; (x, y) is the left end of its base line.
COHORT_API int cohort_vision_write(uint8_t* pixels, int32_t width, int32_t height, const char* text, int32_t x, int32_t y,
                                   double size, int32_t shade, char* error, int32_t error_length) {
  return guarded(error, error_length, [&] {
    cv::Mat picture(height, width, CV_8UC1, pixels);
    cv::putText(picture, text, {x, y}, cv::FONT_HERSHEY_SIMPLEX, size, cv::Scalar(shade), 1, cv::LINE_AA);
  });
}

// Grey (1 channel) or RGB (3) pixels -> a PNG file in memory, to be given back with cohort_vision_free.
COHORT_API int cohort_vision_encode(const uint8_t* pixels, int32_t width, int32_t height, int32_t channels, uint8_t** png,
                                    int64_t* length, char* error, int32_t error_length) {
  return guarded(error, error_length, [&] {
    std::vector<uint8_t> file;
    cv::Mat picture(height, width, CV_8UC(channels), const_cast<uint8_t*>(pixels));
    if (channels == 3) {
      cv::Mat bgr;
      cv::cvtColor(picture, bgr, cv::COLOR_RGB2BGR);
      picture = bgr;
    }
    if (!cv::imencode(".png", picture, file)) throw std::runtime_error("OpenCV could not write a PNG");
    *png = static_cast<uint8_t*>(std::malloc(file.size()));
    if (*png == nullptr) throw std::bad_alloc();
    std::memcpy(*png, file.data(), file.size());
    *length = static_cast<int64_t>(file.size());
  });
}

// PNG or JPEG -> all its pixels, grey (1 channel) or RGB (3), row by row, to be given back with cohort_vision_free.
COHORT_API int cohort_vision_open(const uint8_t* data, int64_t length, int32_t channels, uint8_t** pixels, int32_t* width, int32_t* height,
                                  char* error, int32_t error_length) {
  return guarded(error, error_length, [&] {
    cv::Mat picture = decode(data, length, channels == 3 ? cv::IMREAD_COLOR : cv::IMREAD_GRAYSCALE);
    if (channels == 3) cv::cvtColor(picture, picture, cv::COLOR_BGR2RGB);
    const size_t bytes = picture.total() * picture.elemSize();
    *pixels = static_cast<uint8_t*>(std::malloc(bytes));
    if (*pixels == nullptr) throw std::bad_alloc();
    const cv::Mat target(picture.rows, picture.cols, picture.type(), *pixels);
    picture.copyTo(target);
    *width = picture.cols;
    *height = picture.rows;
  });
}

// A part of a grey picture -> out_width * out_height grey bytes, resized as cohort_vision_decode does.
COHORT_API int cohort_vision_crop(const uint8_t* pixels, int32_t width, int32_t height, int32_t x, int32_t y, int32_t part_width,
                                  int32_t part_height, int32_t out_width, int32_t out_height, uint8_t* target, char* error,
                                  int32_t error_length) {
  return guarded(error, error_length, [&] {
    const cv::Mat picture(height, width, CV_8UC1, const_cast<uint8_t*>(pixels));
    cv::Mat resized(out_height, out_width, CV_8UC1, target);
    cv::resize(picture(cv::Rect(x, y, part_width, part_height)), resized, resized.size(), 0, 0, cv::INTER_AREA);
  });
}

// Draws a box into an RGB picture, and a line of text on a dark plate above it, or inside where there is no room above: light on dark with a
// dark rim, so that it can be read on any background.
COHORT_API int cohort_vision_mark(uint8_t* pixels, int32_t width, int32_t height, int32_t x, int32_t y, int32_t box_width, int32_t box_height,
                                  const char* text, double size, char* error, int32_t error_length) {
  return guarded(error, error_length, [&] {
    cv::Mat picture(height, width, CV_8UC3, pixels);
    const cv::Scalar light(255, 225, 60), dark(16, 16, 16);
    const int line = std::max(1, static_cast<int>(std::lround(2 * size)));
    const cv::Rect box(x, y, box_width, box_height);
    cv::rectangle(picture, box, dark, line + 2, cv::LINE_8);
    cv::rectangle(picture, box, light, line, cv::LINE_8);
    int below = 0;
    const cv::Size letters = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, size, line, &below);
    const int pad = line + 2, plate = letters.height + below + 2 * pad;
    const int left = std::max(0, std::min(x - 1, width - letters.width - 2 * pad));
    const int top = y - plate >= 0 ? y - plate : std::min(y + line, height - plate);
    cv::rectangle(picture, cv::Rect(left, top, letters.width + 2 * pad, plate), dark, cv::FILLED);
    cv::putText(picture, text, {left + pad, top + pad + letters.height}, cv::FONT_HERSHEY_SIMPLEX, size, light, line, cv::LINE_AA);
  });
}

COHORT_API void cohort_vision_free(uint8_t* png) { std::free(png); }

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json/document.hpp"

namespace h4h::nas {

// Shares of images that are classified right.
struct ExportedAccuracy {
  double float32 = 0, int8 = 0;
  std::int64_t images = 0;
};

// What an exported network reads: (value / 255 - mean) / deviation of each channel of an image,
// resized to its size.
struct ExportedInput {
  std::int64_t height = 0, width = 0, channels = 0;
  std::vector<double> mean, deviation;
  std::int64_t image_height = 0, image_width = 0, image_channels = 0;
  std::string preparation;  // how images of the data set come to that size
};

struct ExportedFile {
  std::string path, format;
  bool int8 = false;
};

struct ExportReport {
  std::string network, space;
  Document genotype;
  std::int64_t macs = 0, parameters = 0, classes = 0;
  std::string supernet, data;  // hash of the weights; data set
  std::int64_t fine_tuned_epochs = 0;
  ExportedInput input;
  ExportedAccuracy held_out, test;
};

// Schema "h4h.export/1": what the files say of themselves; and what `h4h export` prints.
Document export_document(const ExportReport& report);
Document export_document(const ExportReport& report, const std::vector<ExportedFile>& files);
// For people; ends with a newline.
std::string export_table(const ExportReport& report, const std::vector<ExportedFile>& files);

}  // namespace h4h::nas

#include "nas/report/export_report.hpp"

#include <fmt/format.h>

#include "base/json/json_writer.hpp"
#include "base/text/printable.hpp"
#include "base/text/wrap.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::nas {
namespace {

std::string resize_of(const ExportedInput& input) {
  const bool same = input.height == input.image_height && input.width == input.image_width;
  return same ? "none" : "bilinear, pixel centres at 0.5, without antialiasing";
}

Document document_of(const ExportedAccuracy& accuracy) {
  return {{"float32", accuracy.float32}, {"int8", accuracy.int8}, {"images", accuracy.images}};
}

Document document_of(const ExportedInput& input) {
  return {{"height", input.height},
          {"width", input.width},
          {"channels", input.channels},
          {"mean", input.mean},
          {"deviation", input.deviation},
          {"images",
           {{"height", input.image_height},
            {"width", input.image_width},
            {"channels", input.image_channels},
            {"preparation", input.preparation}}},
          {"resize", resize_of(input)}};
}

std::string text_of(const ExportedInput& input) {
  const auto list = [](const std::vector<double>& values) {
    return write_json(Document(values), JsonLayout::compact);
  };
  return fmt::format(
      "input: images of {} x {} x {} ({}); (value / 255 - mean) / deviation, mean {}, deviation "
      "{}; then resized to {} x {} ({})\n",
      input.image_height, input.image_width, input.image_channels, input.preparation,
      list(input.mean), list(input.deviation), input.height, input.width, resize_of(input));
}

}  // namespace

Document export_document(const ExportReport& report) {
  Document json = sim::provenance("h4h.export/1");
  json.update({{"network", report.network},
               {"space", report.space},
               {"genotype", report.genotype},
               {"macs", report.macs},
               {"parameters", report.parameters},
               {"supernet", report.supernet},
               {"data", report.data},
               {"fine_tuned_epochs", report.fine_tuned_epochs},
               {"input", document_of(report.input)},
               {"classes", report.classes},
               {"accuracy",
                {{"held_out", document_of(report.held_out)}, {"test", document_of(report.test)}}}});
  return json;
}

Document export_document(const ExportReport& report, const std::vector<ExportedFile>& files) {
  Document json = export_document(report), all = Document::array();
  for (const ExportedFile& file : files) {
    all.push_back({{"file", file.path},
                   {"format", file.format},
                   {"precision", file.int8 ? "int8" : "float32"}});
  }
  json["files"] = all;
  return json;
}

std::string export_table(const ExportReport& report, const std::vector<ExportedFile>& files) {
  std::string text = fmt::format("{}: {:.1f} MMAC, {} parameters\n", printable(report.network),
                                 1e-6 * static_cast<double>(report.macs), report.parameters);
  text += fmt::format("accuracy  held-out    test\nfloat     {:8.4f}  {:6.4f}\n",
                      report.held_out.float32, report.test.float32);
  text += fmt::format("int8      {:8.4f}  {:6.4f}\n", report.held_out.int8, report.test.int8);
  text += wrapped(text_of(report.input), 2);
  for (const ExportedFile& file : files) {
    text += fmt::format("wrote {} ({})\n", file.path, file.int8 ? "int8" : "float");
  }
  return text;
}

}  // namespace h4h::nas

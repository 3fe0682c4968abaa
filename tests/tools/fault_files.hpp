#pragma once

#include <fmt/format.h>

#include <string>

#include "base/csv/csv_writer.hpp"
#include "tests/support/tflite_writer.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {

// Files of every format that h4h reads.
struct Files : TemporaryFolder {
  Files() {
    const std::string platforms = (source_dir() / "platforms/").string();
    write("part.yaml", "name: part\ncim.macros: 4\n");
    write("p.yaml", "name: p\nextends: [" + platforms + "h4h-7nm.yaml, part.yaml]\n");
    write("t.csv", "op,H,W,Cin,Cout,k,stride,latency\npw1x1,8,8,16,48,1,1,3 us\n");
    write("measured.yaml",
          "extends: " + platforms + "ethos-u55-high-end.yaml\nnpu.measured: t.csv\n");
    write("n.yaml",
          "name: n\ninputs: [{name: image, shape: [8, 8, 3]}]\nlayers:\n"
          "  - {name: stem, op: conv, out: 16, kernel: 3, stride: 2, padding: same}\n"
          "  - {name: me, op: mean}\n  - {name: fc, op: linear, out: 10}\n");
    write("m.yaml", "layers:\n  - {layer: stem, npu: 16, cim: 0}\n");
    write("l.csv",
          "layer_id,op,H,W,Cin,Cout,k,stride\na,pw1x1,8,8,16,48,1,1\nb,pw1x1,8,8,16,96,1,1\n");
    write("v.csv", "cim.macros\n0\n4\n8\n");
    write("s.yaml",
          "name: s\ninput_channels: 3\nclasses: 10\nresolution: 32\nstages:\n"
          "  - {name: c, block: conv, width: [8, 16, 24, 32], stride: 2}\n");
    write("accuracy.csv", accuracies());
    write("n.tflite", network());
  }

  std::string accuracies() const {
    std::string text = "genotype,accuracy\n";
    for (int width : {8, 16, 24, 32}) {
      text += csv_field(fmt::format("{{\"resolution\":32,\"c\":{{\"width\":{}}}}}", width)) +
              fmt::format(",0.{}\n", 50 + width);
    }
    return text;
  }
  static std::string network() {
    TfliteWriter w;
    const int in = w.tensor("image", {1, 8, 8, 4}, TfliteWriter::kInt8);
    const int weights = w.tensor("w", {8, 1, 1, 4}, TfliteWriter::kInt8, std::string(8 * 4, 'x'));
    const int out = w.tensor("out", {1, 8, 8, 8}, TfliteWriter::kInt8);
    w.conv({in, weights}, out, 0, 1, 0);
    return w.finish({in}, {out});
  }
  std::string at(const std::string& name) const { return (path() / name).string(); }
  // Into a folder that no other command has used.
  std::string out() { return " --out " + at("out" + std::to_string(++outs_)) + " "; }
  std::string search(const std::string& out) const {
    return "search " + kPaper + " --space " + at("s.yaml") + " --accuracy " + at("accuracy.csv") +
           " --population 4 --evaluations 4 --random off --out " + out;
  }

 private:
  int outs_ = 0;
};

}  // namespace h4h::tests

#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "workloads/import/tflite/graph.hpp"

namespace h4h::workloads::tflite {

// What an operator of a file becomes.
using AddLayers = void (*)(ImportGraph& graph, std::size_t index, const FileOperator& op);

struct Importer {
  BuiltinOperator code = BuiltinOperator::custom;
  AddLayers add = nullptr;
  std::string_view layers;  // as in OperatorLayers
};

// Importers by what operators do; operators.cpp looks through all.
const std::vector<Importer>& weighted_importers();  // products with weights, and of feature maps
const std::vector<Importer>& element_importers();   // element by element, windows, reductions
const std::vector<Importer>& shape_importers();     // views, parts and copies
const std::vector<Importer>& state_importers();     // what lasts beyond an inference

// Tensors that an operator keeps to itself from one inference to the next are states.
void remember_variables(ImportGraph& graph, const FileOperator& op);

// The function fused into an operator, from a slot of its options. Throws NotMapped.
Activation fused_activation(const FileOperator& op, int slot);

// The window of an operator whose options begin with padding and strides; `folded` is the padding
// where they say none. `dilation_slot`: of the dilations, which are 1 without one.
Window window_of_options(const FileOperator& op, const Shape& input, std::int64_t kernel_height,
                         std::int64_t kernel_width, const Padding& folded, int dilation_slot = -1);

// Throws NotMapped unless a tensor has the four axes of kNhwc.
void check_image(const NdTensor& tensor);
// Indices of axes, which may count from the last. Throws NotMapped.
std::vector<int> axes_of(const ImportGraph& graph, std::int32_t id, int rank);

}  // namespace h4h::workloads::tflite

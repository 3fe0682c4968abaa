#pragma once

#include <vector>

#include "workloads/import/onnx/operator.hpp"
#include "workloads/import/operator_layers.hpp"

namespace h4h::workloads::onnx {

// Makes of a node what it is in the network: layers, another name of a tensor, or constants. Throws
// NotMapped, or FoldError, and leaves the network as it was where it is none of these.
void import_operator(Operator& op);

// Nodes that become layers or are folded; those of other domains than ONNX's with their domain.
std::vector<OperatorLayers> operators_read();

// The rows of the table in operators.cpp, by what they do (groups of them have a file each).
// Convolutions, pools and what else sees an image.
void import_conv(Operator& op);
void import_transpose_conv(Operator& op);
void import_max_pool(Operator& op);
void import_average_pool(Operator& op);
void import_global_average_pool(Operator& op);
void import_global_max_pool(Operator& op);
void import_resize(Operator& op);
void import_pad(Operator& op);
void import_depth_to_space(Operator& op);
void import_space_to_depth(Operator& op);

// Products.
void import_gemm(Operator& op);
void import_matmul(Operator& op);
void import_quantized_conv(Operator& op);
void import_quantized_matmul(Operator& op);
void import_quantized_gemm(Operator& op);
void import_einsum(Operator& op);
void import_lstm(Operator& op);

// Element by element.
void import_elementwise(Operator& op, ElementwiseKind kind);
void import_power(Operator& op);
void import_map(Operator& op, const Op& function);
void import_quantized_elementwise(Operator& op, ElementwiseKind kind);
void import_clip(Operator& op);
void import_where(Operator& op);
void import_batch_norm(Operator& op);

// Along axes.
void import_softmax(Operator& op, SoftmaxKind kind);
void import_layer_norm(Operator& op);
void import_group_norm(Operator& op);
void import_instance_norm(Operator& op);
void import_l2_norm(Operator& op);
void import_rms_norm(Operator& op);
void import_skip_layer_norm(Operator& op);
void import_mean(Operator& op);
void import_reduce(Operator& op, ReduceKind kind);
void import_reduce_of(Operator& op, UnaryKind of_each, UnaryKind of_sum);
void import_arg(Operator& op, ArgKind kind);

// Pieces and views.
void import_same(Operator& op);  // the output is the first input
void import_reshape(Operator& op);
void import_transpose(Operator& op);
void import_slice(Operator& op);
void import_split(Operator& op);
void import_concat(Operator& op);
void import_quantized_concat(Operator& op);
void import_gather(Operator& op);
void import_expand(Operator& op);
void import_tile(Operator& op);
void import_dynamic_quantize(Operator& op);

}  // namespace h4h::workloads::onnx

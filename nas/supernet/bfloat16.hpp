#pragma once

namespace h4h::nas {

// Whether LibTorch adds up gradients of bfloat16 convolutions in float on this processor. Where it
// has no kernels for them (before AVX-512), it adds image by image in bfloat16 itself: 256 + 1 is
// 256 then, and most of a batch is lost.
bool bfloat16_keeps_sums();

}  // namespace h4h::nas

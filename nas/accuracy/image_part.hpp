#pragma once

namespace h4h::nas {

// Images that accuracies are measured on. Searches ask about those held out from training; figures
// that are quoted are of the test images.
enum class ImagePart { held_out, test };

}  // namespace h4h::nas

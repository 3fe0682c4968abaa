#include "nas/data/auto_augment.hpp"

namespace h4h::nas {
namespace {

using Op = ImageOperation;

constexpr int kSteps = 9;

double of_range(double range, int magnitude) { return range * magnitude / kSteps; }

// Whole pixels, towards zero.
std::int64_t pixels(std::int64_t side, int magnitude) {
  return side * 150 * magnitude / (331 * kSteps);
}

// 8, 8, 7, 7, 6, 6, 5, 5, 4, 4
int bits(int magnitude) { return 8 - (8 * magnitude + kSteps) / (2 * kSteps); }

}  // namespace

constexpr Policy kCifar10Policy{{
    {{{Op::invert, 0.1}, {Op::contrast, 0.2, 6}}},
    {{{Op::rotate, 0.7, 2}, {Op::translate_x, 0.3, 9}}},
    {{{Op::sharpness, 0.8, 1}, {Op::sharpness, 0.9, 3}}},
    {{{Op::shear_y, 0.5, 8}, {Op::translate_y, 0.7, 9}}},
    {{{Op::auto_contrast, 0.5}, {Op::equalize, 0.9}}},
    {{{Op::shear_y, 0.2, 7}, {Op::posterize, 0.3, 7}}},
    {{{Op::color, 0.4, 3}, {Op::brightness, 0.6, 7}}},
    {{{Op::sharpness, 0.3, 9}, {Op::brightness, 0.7, 9}}},
    {{{Op::equalize, 0.6}, {Op::equalize, 0.5}}},
    {{{Op::contrast, 0.6, 7}, {Op::sharpness, 0.6, 5}}},
    {{{Op::color, 0.7, 7}, {Op::translate_x, 0.5, 8}}},
    {{{Op::equalize, 0.3}, {Op::auto_contrast, 0.4}}},
    {{{Op::translate_y, 0.4, 3}, {Op::sharpness, 0.2, 6}}},
    {{{Op::brightness, 0.9, 6}, {Op::color, 0.2, 8}}},
    {{{Op::solarize, 0.5, 2}, {Op::invert, 0.0}}},
    {{{Op::equalize, 0.2}, {Op::auto_contrast, 0.6}}},
    {{{Op::equalize, 0.2}, {Op::equalize, 0.6}}},
    {{{Op::color, 0.9, 9}, {Op::equalize, 0.6}}},
    {{{Op::auto_contrast, 0.8}, {Op::solarize, 0.2, 8}}},
    {{{Op::brightness, 0.1, 3}, {Op::color, 0.7, 0}}},
    {{{Op::solarize, 0.4, 5}, {Op::auto_contrast, 0.9}}},
    {{{Op::translate_y, 0.9, 9}, {Op::translate_y, 0.7, 9}}},
    {{{Op::auto_contrast, 0.9}, {Op::solarize, 0.8, 3}}},
    {{{Op::equalize, 0.8}, {Op::invert, 0.1}}},
    {{{Op::translate_y, 0.7, 9}, {Op::auto_contrast, 0.9}}},
}};

constexpr Policy kImageNetPolicy{{
    {{{Op::posterize, 0.4, 8}, {Op::rotate, 0.6, 9}}},
    {{{Op::solarize, 0.6, 5}, {Op::auto_contrast, 0.6}}},
    {{{Op::equalize, 0.8}, {Op::equalize, 0.6}}},
    {{{Op::posterize, 0.6, 7}, {Op::posterize, 0.6, 6}}},
    {{{Op::equalize, 0.4}, {Op::solarize, 0.2, 4}}},
    {{{Op::equalize, 0.4}, {Op::rotate, 0.8, 8}}},
    {{{Op::solarize, 0.6, 3}, {Op::equalize, 0.6}}},
    {{{Op::posterize, 0.8, 5}, {Op::equalize, 1.0}}},
    {{{Op::rotate, 0.2, 3}, {Op::solarize, 0.6, 8}}},
    {{{Op::equalize, 0.6}, {Op::posterize, 0.4, 6}}},
    {{{Op::rotate, 0.8, 8}, {Op::color, 0.4, 0}}},
    {{{Op::rotate, 0.4, 9}, {Op::equalize, 0.6}}},
    {{{Op::equalize, 0.0}, {Op::equalize, 0.8}}},
    {{{Op::invert, 0.6}, {Op::equalize, 1.0}}},
    {{{Op::color, 0.6, 4}, {Op::contrast, 1.0, 8}}},
    {{{Op::rotate, 0.8, 8}, {Op::color, 1.0, 2}}},
    {{{Op::color, 0.8, 8}, {Op::solarize, 0.8, 7}}},
    {{{Op::sharpness, 0.4, 7}, {Op::invert, 0.6}}},
    {{{Op::shear_x, 0.6, 5}, {Op::equalize, 1.0}}},
    {{{Op::color, 0.4, 0}, {Op::equalize, 0.6}}},
    {{{Op::equalize, 0.4}, {Op::solarize, 0.2, 4}}},
    {{{Op::solarize, 0.6, 5}, {Op::auto_contrast, 0.6}}},
    {{{Op::invert, 0.6}, {Op::equalize, 1.0}}},
    {{{Op::color, 0.6, 4}, {Op::contrast, 1.0, 8}}},
    {{{Op::equalize, 0.8}, {Op::equalize, 0.6}}},
}};

Image apply(const Image& image, ImageOperation operation, int magnitude, bool negative,
            Color fill) {
  const int sign = negative ? -1 : 1;
  const double slope = sign * of_range(0.3, magnitude);
  const double factor = 1 + sign * of_range(0.9, magnitude);
  switch (operation) {
    case Op::shear_x:
      return shear_x(image, slope, fill);
    case Op::shear_y:
      return shear_y(image, slope, fill);
    case Op::translate_x:
      return translate_x(image, sign * pixels(image.width, magnitude), fill);
    case Op::translate_y:
      return translate_y(image, sign * pixels(image.height, magnitude), fill);
    case Op::rotate:
      return rotate(image, sign * of_range(30, magnitude), fill);
    case Op::brightness:
      return brightness(image, factor);
    case Op::color:
      return color(image, factor);
    case Op::contrast:
      return contrast(image, factor);
    case Op::sharpness:
      return sharpness(image, factor);
    case Op::posterize:
      return posterize(image, bits(magnitude));
    case Op::solarize:
      return solarize(image, 256 - (256 * magnitude + kSteps / 2) / kSteps);
    case Op::auto_contrast:
      return auto_contrast(image);
    case Op::equalize:
      return equalize(image);
    case Op::invert:
      return invert(image);
  }
  return image;
}

Image auto_augment(const Image& image, const Policy& policy, Random& random, Color fill) {
  Image out = image;
  for (const PolicyStep& step : policy[random.below(policy.size())]) {
    const bool happens = random.uniform() < step.probability;
    const bool negative = random.below(2) == 1;
    if (happens) out = apply(out, step.operation, step.magnitude, negative, fill);
  }
  return out;
}

}  // namespace h4h::nas

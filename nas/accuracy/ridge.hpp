#pragma once

#include <vector>

namespace h4h::nas {

// Linear regression with a penalty on squared weights (Hoerl and Kennard 1970). Features are
// centred and scaled to a deviation of 1; the penalty is the one of a geometric series that
// predicts each example best from all others (leave-one-out, in closed form).
class Ridge {
 public:
  // A row of features for each target, all of one length; at least one row. Throws
  // std::invalid_argument otherwise.
  Ridge(const std::vector<std::vector<double>>& rows, const std::vector<double>& targets);

  double predict(const std::vector<double>& row) const;
  // Of the examples, each predicted from all others.
  const std::vector<double>& left_out() const { return left_out_; }

 private:
  std::vector<double> weights_;  // of features as they are
  double constant_ = 0;
  std::vector<double> left_out_;
};

}  // namespace h4h::nas

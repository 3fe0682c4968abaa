#include "nas/accuracy/ridge.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace h4h::nas {
namespace {

using Eigen::ArrayXd;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kLeastPenalty = 1e-3, kMostPenalty = 1e4, kStep = 2;  // per deviation squared

MatrixXd matrix_of(const std::vector<std::vector<double>>& rows, std::size_t targets) {
  if (rows.empty() || rows.size() != targets) {
    throw std::invalid_argument("a regression needs a target for each of its rows");
  }
  MatrixXd x(rows.size(), rows.front().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != rows.front().size()) {
      throw std::invalid_argument("rows of a regression have the same number of features");
    }
    for (std::size_t j = 0; j < rows[i].size(); ++j) {
      x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = rows[i][j];
    }
  }
  return x;
}

// What predicts the examples under one penalty, each from all others.
struct Fit {
  VectorXd weights, left_out;
  double error = std::numeric_limits<double>::infinity();
};

// `axes` and `lengths`: eigenvectors and eigenvalues of x'x; `along`: x by axes.
Fit fit(const MatrixXd& axes, const VectorXd& lengths, const MatrixXd& along, const VectorXd& y,
        double penalty) {
  Fit result;
  const ArrayXd shrunk = 1 / (lengths.array() + penalty);
  const VectorXd coordinates = (shrunk * (along.transpose() * y).array()).matrix();
  result.weights = axes * coordinates;
  // The constant takes part in each prediction as 1/n.
  const ArrayXd own = along.array().square().matrix() * shrunk.matrix() +
                      VectorXd::Constant(y.size(), 1.0 / static_cast<double>(y.size()));
  const ArrayXd missed = (y - along * coordinates).array() / (1 - own).max(1e-9);
  result.left_out = y - missed.matrix();
  result.error = missed.square().sum();
  return result;
}

}  // namespace

Ridge::Ridge(const std::vector<std::vector<double>>& rows, const std::vector<double>& targets) {
  MatrixXd x = matrix_of(rows, targets.size());
  VectorXd y =
      Eigen::Map<const VectorXd>(targets.data(), static_cast<Eigen::Index>(targets.size()));
  const double middle = y.mean();
  const VectorXd means = x.colwise().mean();
  x.rowwise() -= means.transpose();
  y.array() -= middle;
  const double count = static_cast<double>(rows.size());
  ArrayXd deviations = (x.colwise().squaredNorm().transpose().array() / count).sqrt();
  deviations = (deviations > 1e-12).select(deviations, 1.0);
  x.array().rowwise() /= deviations.transpose();

  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(x.transpose() * x);
  const VectorXd lengths = solver.eigenvalues().cwiseMax(0);
  const MatrixXd along = x * solver.eigenvectors();
  Fit best;
  for (double penalty = kLeastPenalty; penalty <= kMostPenalty; penalty *= kStep) {
    Fit one = fit(solver.eigenvectors(), lengths, along, y, penalty);
    if (one.error < best.error) best = std::move(one);
  }
  if (best.weights.size() == 0) best.weights = VectorXd::Zero(x.cols());
  const VectorXd weights = (best.weights.array() / deviations).matrix();
  weights_.assign(weights.data(), weights.data() + weights.size());
  constant_ = middle - means.dot(weights);
  for (const double value : best.left_out) left_out_.push_back(middle + value);
}

double Ridge::predict(const std::vector<double>& row) const {
  double sum = constant_;
  for (std::size_t i = 0; i < weights_.size(); ++i) sum += weights_[i] * row.at(i);
  return sum;
}

}  // namespace h4h::nas

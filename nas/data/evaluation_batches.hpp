#pragma once

#include <future>
#include <vector>

#include "nas/data/loader.hpp"

namespace h4h::nas {

// Some images of a source as evaluation sees them, in batches that are asked for again and again.
// As many as fit into `most_bytes` are kept as pixels once they were made; the others are made anew
// each time, the same bytes. Not for several threads.
class EvaluationBatches {
 public:
  // `source` must outlive it. `images` are indices.
  EvaluationBatches(const ImageSource& source, Normalization normalization,
                    std::vector<std::int64_t> images, std::int64_t batch_size,
                    std::int64_t most_bytes);

  std::int64_t count() const;
  // Number 0..count()-1; the last may be smaller. Begins with the one behind it, the first behind
  // the last, on threads of its own.
  Batch batch(std::int64_t number);

 private:
  Batch make_alone(std::int64_t number);
  Batch make(std::int64_t number);
  Image image(std::int64_t at);

  const ImageSource& source_;
  Normalization normalization_;
  std::vector<std::int64_t> images_;
  std::int64_t batch_size_;
  std::vector<Image> kept_;  // of the first images; without pixels until they were made
  std::int64_t next_number_ = -1;
  std::future<Batch> next_;  // last: its thread ends before what it reads
};

}  // namespace h4h::nas

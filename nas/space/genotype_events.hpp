#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "nas/space/space.hpp"

namespace h4h::nas {

// Takes what nlohmann's SAX parser finds in the text of a genotype, without a tree in between, and
// stops it at whatever is irregular: to say what is wrong is left to slower code.
class GenotypeEvents {
 public:
  using json = nlohmann::json;

  explicit GenotypeEvents(const Space& space);

  // The whole genotype has been read; it is canonical.
  bool complete() const { return complete_; }
  const Genotype& genotype() const { return genotype_; }

  bool number_integer(json::number_integer_t n) { return number(static_cast<double>(n)); }
  bool number_unsigned(json::number_unsigned_t n) { return number(static_cast<double>(n)); }
  bool number_float(double n, const std::string&) { return number(n); }
  bool start_object(std::size_t);
  bool key(const std::string& name);
  bool end_object();

  bool null() { return false; }
  bool boolean(bool value);
  bool string(const std::string& text);
  bool binary(const json::binary_t&) { return false; }
  bool start_array(std::size_t) { return false; }
  bool end_array() { return false; }
  bool parse_error(std::size_t, const std::string&, const json::exception&) { return false; }

 private:
  bool number(double value);
  bool choose(GeneKind kind, double value);
  bool unset(std::size_t gene) const;
  const Stage* stage_of(const std::string& name);
  std::size_t gene_of(const std::string& name) const;
  bool settle(const Stage& stage);

  const Space& space_;
  Genotype genotype_;
  const Stage* stage_ = nullptr;  // whose object is being read, or comes next
  std::size_t next_ = 0;          // the stage that follows in the usual order
  std::size_t gene_;              // whose value comes next
  bool open_ = false, inside_ = false, complete_ = false;
};

}  // namespace h4h::nas

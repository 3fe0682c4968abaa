#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "platforms/description/platform.hpp"
#include "platforms/description/quantity.hpp"

namespace h4h::platforms {

// How a key's text becomes a field of Platform, and which values it may take.
struct IntegerField {
  std::int64_t& (*of)(Platform&);
  std::int64_t low, high;
  std::vector<std::int64_t> only;  // where not empty: no other values
};

struct RealField {
  double& (*of)(Platform&);
  double low, high;
};

// A real that an author may leave open by writing "unknown".
struct OptionalField {
  std::optional<double>& (*of)(Platform&);
  double low, high;
};

struct ChoiceField {
  std::vector<std::string_view> names;
  void (*set)(Platform&, std::size_t choice);
  std::size_t (*get)(const Platform&);
};

// A CSV file of measured layers, or "none".
struct TableField {
  MeasuredTable& (*of)(Platform&);
  MeasuredIn unit;
};

// What a key has a say in: what a layer takes once it is known who computes how much of it; only
// in that, in where tensors lie, or in whether a time is measured; only in energy and area.
enum class Decides { layers, network, prices };

struct Key {
  std::string_view path;
  Dimension dimension;
  std::string_view doc;
  std::variant<IntegerField, RealField, OptionalField, ChoiceField, TableField> field;
  Decides decides;
};

// Every key there is, in the order in which they are shown. The clock precedes what is in cycles.
const std::vector<Key>& keys();

// The unit in which values of a dimension are held, with a space before it: " ps"; "" for none.
std::string_view base_unit(Dimension dimension);

// The values a key may take, for messages: "one of 32, 64, 128, 256", "1 ps .. 1 ms".
std::string allowed_values(const Key& key);

// Parses `text` into the platform; a table's is its path. Throws QuantityError that names what is
// allowed, or MeasuredTableError.
void assign(Platform& platform, const Key& key, std::string_view text);

// The key's value in base units, as canonical text.
std::string value_text(const Platform& platform, const Key& key);

}  // namespace h4h::platforms

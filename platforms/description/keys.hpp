#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platforms/description/device.hpp"
#include "platforms/description/platform.hpp"
#include "platforms/description/quantity.hpp"

namespace h4h::platforms {

// A field of Platform, to read and to write.
template <typename T>
class Member {
 public:
  // `access`: a lambda that returns the field of a Platform& or const Platform&.
  template <typename Access>
  Member(Access access)  // NOLINT: stands for the field
      : read_([access](const Platform& p) -> const T& { return access(p); }),
        write_([access](Platform& p) -> T& { return access(p); }) {}

  const T& operator()(const Platform& platform) const { return read_(platform); }
  T& operator()(Platform& platform) const { return write_(platform); }

 private:
  std::function<const T&(const Platform&)> read_;
  std::function<T&(Platform&)> write_;
};

// What a key sets, and which values it may take: `low` .. `high`, both included, in the base unit
// of the key's dimension (base_unit).
struct IntegerField {
  Member<std::int64_t> of;
  std::int64_t low, high;
  std::vector<std::int64_t> only;  // where not empty: no other values
  // Of those, the ones that go with the keys before it; none: all.
  std::function<const std::vector<std::int64_t>&(const Platform&)> only_with;
};

struct RealField {
  Member<double> of;
  double low, high;
};

// A real that an author may leave open by writing "unknown".
struct OptionalField {
  Member<std::optional<double>> of;
  double low, high;
};

struct ChoiceField {
  std::vector<std::string_view> names;
  std::function<void(Platform&, std::size_t choice)> set;
  std::function<std::size_t(const Platform&)> get;
};

// A CSV file of measured layers, or "none".
struct TableField {
  Member<MeasuredTable> of;
  MeasuredIn unit;
};

// What a key affects. layers: the time and events of a layer with a given split. network: the
// split, the placement of tensors, or whether a time is measured. energy_and_area: those alone.
enum class Affects { layers, network, energy_and_area };

struct Key {
  std::string path;
  Dimension dimension;
  std::string_view doc;
  std::variant<IntegerField, RealField, OptionalField, ChoiceField, TableField> field;
  Affects affects;
  // That it describes; nullopt for the NoC, the memories and the chip as a whole.
  std::optional<DeviceId> device{};
  // Of a key that came later than files which do not set it: what they mean. Texts and hashes of
  // platforms leave it out where it has this value.
  std::string_view unset{};
};

// The keys that every platform has, in the order in which they are shown. The clock precedes what
// is in cycles.
const std::vector<Key>& keys();

// Those that describe a device of the type: of the NPU and the macros that every platform has, in
// the same order; of a type that stands in lists alone as its table has them.
std::vector<const Key*> keys_of(DeviceType type);

// A device of the list `devices` of a platform file.
struct ListedDevice {
  std::string name;
  DeviceType type;
};
// Devices of this name, for whoever does not know the type.
std::vector<ListedDevice> one_of_each_type(const std::string& name);

// Every key of a platform: keys(), and behind them those of its listed devices. A listed device
// called "sram_macros" has "sram_macros.step" for "cim.step", "sram_macros.energy.mac" for
// "energy.cim_mac", "sram_macros.leakage.macro" for "leakage.macro".
class KeyList {
 public:
  KeyList() = default;
  explicit KeyList(const std::vector<ListedDevice>& devices);
  explicit KeyList(const Hardware& hardware);
  explicit KeyList(const Platform& platform) : KeyList(platform.hardware) {}

  std::size_t size() const { return keys().size() + listed_.size(); }
  const Key& operator[](std::size_t i) const {
    const std::size_t first = keys().size();
    return i < first ? keys()[i] : listed_.at(i - first);
  }
  // nullptr for an unknown one. Here and below: lives as long as the list.
  const Key* find(std::string_view path) const;
  // The key of another device that says the same of it; nullptr where there is none.
  const Key* same_of(const Key& key, DeviceId other) const;

  class Iterator {
   public:
    Iterator(const KeyList& list, std::size_t at) : list_(&list), at_(at) {}
    const Key& operator*() const { return (*list_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator!=(const Iterator& a, const Iterator& b) { return a.at_ != b.at_; }

   private:
    const KeyList* list_;
    std::size_t at_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

 private:
  std::vector<Key> listed_;
};

// A platform that lists these devices, with nothing set.
Platform empty_platform(const std::vector<NamedDevice>& devices);

// The unit in which values of a dimension are held, with a space before it: " ps"; "" for none.
std::string_view base_unit(Dimension dimension);

// The values a key may take, for messages: "one of 32, 64, 128, 256", "1 ps .. 1 ms".
std::string allowed_values(const Key& key);

// Whether what a layer takes depends on the key where `devices` matter to it.
bool affects_layers(const Key& key, DeviceSet devices);

// Of keys(); nullptr for an unknown one.
const Key* find_key(std::string_view path);
// The same, and for a path "NAME.step" a key of any device of the list: to read and to write its
// values, while only a KeyList knows whether there is such a device. nullptr where no type of
// device has such a key.
const Key* find_value_key(std::string_view path);

// Reads what a key may be given; of a table the file. Throws QuantityError that names what is
// allowed, or MeasuredTableError.
Value parse_value(const Key& key, std::string_view text);

// The text that parse_value() reads as the value: "9000 ps", "0.3 B/cycle". Reals with twelve
// digits.
std::string value_text(const Key& key, const Value& value);

// A number in the key's base unit, at a clock of the NPU; 0 for "unknown" and what is no number.
double number_of(const Key& key, const Value& value, std::int64_t clock_hz);

// Throws QuantityError for a value of another type than the key's, and for one out of its bounds.
// `text`: how messages name the value.
void check(const Key& key, const Value& value, std::int64_t clock_hz, std::string_view text);

// Sets a value that check() allows at the platform's clock. One that follows the clock is left out
// where there is no clock yet.
void assign(Platform& platform, const Key& key, const Value& value);
void assign(Platform& platform, const Key& key, const Value& value, std::string_view text);

// Gives `to` the value that `from` has, unchanged and unchecked.
void copy_value(Platform& to, const Platform& from, const Key& key);

// The key's value in base units, as canonical text.
std::string value_text(const Platform& platform, const Key& key);

}  // namespace h4h::platforms

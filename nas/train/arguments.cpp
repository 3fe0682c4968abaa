#include "nas/train/arguments.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "base/json/json_writer.hpp"

namespace h4h::nas {
namespace {

// Calls `field` with the name and the value of every argument.
template <typename Arguments, typename Field>
void each(Arguments& a, Field field) {
  field("space", a.space);
  field("data", a.data);
  field("recipe", a.recipe);
  field("steps", a.steps);
  field("batch", a.batch);
  field("networks", a.networks);
  field("learning_rate", a.learning_rate);
  field("seed", a.seed);
  field("distillation", a.distillation);
  field("augmentation", a.augmentation);
  field("bf16", a.bf16);
  field("device", a.device);
  field("threads", a.threads);
  field("space_text", a.space_text);
}

void take(const Document& value, std::string& to) { to = value.text(); }
void take(const Document& value, std::int64_t& to) { to = value.integer(); }
void take(const Document& value, std::uint64_t& to) { to = value.unsigned_integer(); }
void take(const Document& value, double& to) { to = value.number(); }
void take(const Document& value, bool& to) { to = value.boolean(); }

}  // namespace

Document to_document(const TrainArguments& arguments) {
  Document document = Document::object();
  each(arguments, [&](const char* name, const auto& value) { document[name] = value; });
  return document;
}

TrainArguments train_arguments(const Document& document) {
  TrainArguments arguments;
  try {
    each(arguments, [&](const char* name, auto& value) { take(document.at(name), value); });
  } catch (const DocumentError& error) {
    throw std::invalid_argument(fmt::format("not the arguments of a training: {}", error.what()));
  }
  return arguments;
}

std::optional<std::string> difference(const TrainArguments& there, const TrainArguments& here) {
  const Document a = to_document(there), b = to_document(here);
  for (const auto& [name, value] : a.members()) {
    if (value == b.at(name)) continue;
    if (name == "space_text") return "the space file " + here.space + " has been changed since";
    return fmt::format("{} is {} there and {} here", name, write_json(value, JsonLayout::compact),
                       write_json(b.at(name), JsonLayout::compact));
  }
  return std::nullopt;
}

}  // namespace h4h::nas

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sim/workers/serve.hpp"

namespace h4h::sim {

// Works on the variants of an encoded VariantTask, with results of layers of its own; those that
// the task's store has are read from there, where it is on this machine. Throws WireError.
std::unique_ptr<VariantServer> open_variant_server(std::string_view task);

// Equal texts are one machine; "" where it does not say.
std::string this_machine();

}  // namespace h4h::sim

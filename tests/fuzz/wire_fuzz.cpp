#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platforms/description/errors.hpp"
#include "sim/job/wire.hpp"
#include "sim/variants/variant_wire.hpp"
#include "sim/workers/serve.hpp"

namespace {

// What can be read is written as the same bytes again, or as those of an equal value.
template <typename Decode>
void read(std::string_view bytes, Decode decode) {
  try {
    const auto value = decode(bytes);
    const std::string again = h4h::sim::encode(value);
    if (h4h::sim::encode(decode(again)) != again) __builtin_trap();
  } catch (const h4h::sim::WireError&) {
    return;
  } catch (const h4h::platforms::PlatformError&) {  // values that no platform has
    return;
  } catch (const h4h::platforms::OverrideError&) {
    return;
  }
}

}  // namespace

// Any bytes are a job, a result, an answer or what is sent of variants, or are refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read(bytes, [](std::string_view b) { return h4h::sim::decode_job(b); });
  read(bytes, [](std::string_view b) { return h4h::sim::decode_result(b); });
  read(bytes, [](std::string_view b) { return h4h::sim::decode_answer(b); });
  read(bytes, [](std::string_view b) { return h4h::sim::decode_task(b); });
  read(bytes, [](std::string_view b) { return h4h::sim::decode_platform(b); });
  read(bytes, [](std::string_view b) { return h4h::sim::decode_variant(b); });
  read(bytes, [](std::string_view b) { return h4h::sim::decode_news(b); });
  return 0;
}

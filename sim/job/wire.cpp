#include "sim/job/wire.hpp"

#include <utility>
#include <variant>

#include "workloads/ir/op_fields.hpp"

namespace h4h::sim {
namespace {

using workloads::default_op;
using workloads::FlatFields;
using workloads::Op;
using workloads::Shape;
using workloads::visit_fields;

// Seven bits a byte, the lowest first; small numbers of either sign are short.
class Writer {
 public:
  void number(const std::int64_t& value) {
    auto rest = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
    for (; rest >= 0x80; rest >>= 7) bytes_ += static_cast<char>((rest & 0x7f) | 0x80);
    bytes_ += static_cast<char>(rest);
  }
  template <typename Enum>
  void choice(const Enum& value, Enum /*last*/) {
    number(static_cast<std::int64_t>(value));
  }
  void flag(const bool& value) { number(value ? 1 : 0); }
  template <typename T, typename Each>
  void list(const std::vector<T>& values, Each each) {
    number(static_cast<std::int64_t>(values.size()));
    for (const T& value : values) each(*this, value);
  }
  void optional(const std::optional<std::int64_t>& value) {
    flag(value.has_value());
    if (value) number(*value);
  }

  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  void number(std::int64_t& value) {
    std::uint64_t rest = 0;
    for (int shift = 0;; shift += 7) {
      if (bytes_.empty() || shift > 63) throw WireError("bytes end within a number");
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      rest |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) break;
    }
    value = static_cast<std::int64_t>(rest >> 1) ^ -static_cast<std::int64_t>(rest & 1);
  }
  template <typename Enum>
  void choice(Enum& value, Enum last) {
    value = static_cast<Enum>(number_below(static_cast<std::int64_t>(last) + 1));
  }
  void flag(bool& value) { value = number_below(2) == 1; }
  template <typename T, typename Each>
  void list(std::vector<T>& values, Each each) {
    constexpr std::int64_t kMost = 10'000;  // damaged bytes must not fill the memory
    values.resize(static_cast<std::size_t>(number_below(kMost)));
    for (T& value : values) each(*this, value);
  }
  void optional(std::optional<std::int64_t>& value) {
    bool present = false;
    flag(present);
    if (present) number(value.emplace());
  }
  std::int64_t number_below(std::int64_t end) {
    std::int64_t value = 0;
    number(value);
    if (value < 0 || value >= end) throw WireError("a number is out of bounds");
    return value;
  }

  void finish() const {
    if (!bytes_.empty()) throw WireError("there are bytes after the end");
  }

 private:
  std::string_view bytes_;
};

// Each `fields` serves both ways: T is const when written.
template <typename F, typename T, typename... Member>
void numbers(F& f, T& value, Member... members) {
  (f.number(value.*members), ...);
}

template <typename F, typename T>
void shape(F& f, T& s) {
  numbers(f, s, &Shape::height, &Shape::width, &Shape::channels);
}

void op(Writer& f, const Op& value) {
  f.number(static_cast<std::int64_t>(value.index()));
  FlatFields<Writer> fields(f);
  visit_fields(fields, value);
}

void op(Reader& f, Op& value) {
  value = default_op(static_cast<std::size_t>(f.number_below(std::variant_size_v<Op>)));
  FlatFields<Reader> fields(f);
  visit_fields(fields, value);
}

template <typename F, typename T>
void layer_fields(F& f, T& layer) {
  op(f, layer.op);
  f.list(layer.inputs, [](F& each, auto& input) { shape(each, input); });
  shape(f, layer.output);
  f.optional(layer.encoded_weight_bytes);
  f.optional(layer.coded_weight_bytes);
}

template <typename F, typename T>
void context_fields(F& f, T& context) {
  f.choice(context.input, models::Layout::nhcwb16);
  f.choice(context.output, models::Layout::nhcwb16);
  f.list(context.input_levels,
         [](F& each, auto& level) { each.choice(level, MemoryLevel::external); });
  f.choice(context.output_level, MemoryLevel::external);
  f.flag(context.first_layer);
  f.number(context.slack.count);
}

template <typename F, typename T>
void job_fields(F& f, T& job) {
  layer_fields(f, job.layer);
  f.list(job.split.shares, [](F& each, auto& share) {
    numbers(each, share, &Share::channels, &Share::macros, &Share::units);
  });
  context_fields(f, job.context);
}

// Results of the model, which measures nothing.
template <typename F, typename T>
void result_fields(F& f, T& r) {
  for (auto* time : {&r.time, &r.noc_busy, &r.weights_idle}) f.number(time->count);
  f.list(r.busy, [](F& each, auto& busy) { each.number(busy.count); });
  numbers(f, r, &JobResult::noc_read_bytes, &JobResult::noc_write_bytes,
          &JobResult::link_turnarounds, &JobResult::prefetched_bytes);
  for (const models::Event event : models::kEvents) {
    if (event != models::Event::measured_femtojoule) f.number(r.counts[event]);
  }
  f.choice(r.source, Source::measured);
}

// Levels that are not said are the SRAM, and a first layer's slack says nothing.
LayerJob canonical(LayerJob job) {
  job.context.input_levels.resize(job.layer.inputs.size(), MemoryLevel::sram);
  if (job.context.first_layer) job.context.slack = {};
  return job;
}

}  // namespace

std::string encode(const LayerJob& job) {
  Writer writer;
  const LayerJob same = canonical(job);
  job_fields(writer, same);
  return writer.take();
}

std::string encode(const JobResult& result) {
  Writer writer;
  JobResult copy = result;  // counts hand out references
  result_fields(writer, copy);
  return writer.take();
}

LayerJob decode_job(std::string_view bytes) {
  Reader reader(bytes);
  LayerJob job;
  job_fields(reader, job);
  reader.finish();
  return job;
}

JobResult decode_result(std::string_view bytes) {
  Reader reader(bytes);
  JobResult result;
  result_fields(reader, result);
  reader.finish();
  return result;
}

}  // namespace h4h::sim

#include "sim/job/wire.hpp"

#include <variant>

#include "sim/job/wire_fields.hpp"
#include "workloads/ir/op_fields.hpp"

namespace h4h::sim {

using workloads::default_op;
using workloads::FlatFields;
using workloads::Op;
using workloads::visit_fields;

void op_fields(Writer& f, const Op& value) {
  f.number(static_cast<std::int64_t>(value.index()));
  FlatFields<Writer> fields(f);
  visit_fields(fields, value);
}

void op_fields(Reader& f, Op& value) {
  value = default_op(static_cast<std::size_t>(f.number_below(std::variant_size_v<Op>)));
  FlatFields<Reader> fields(f);
  visit_fields(fields, value);
}

namespace {

template <typename F, typename T>
void layer_fields(F& f, T& layer) {
  op_fields(f, layer.op);
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
void split_fields(F& f, T& split) {
  f.list(split.shares, [](F& each, auto& share) {
    numbers(each, share, &Share::channels, &Share::macros, &Share::units);
  });
}

template <typename F, typename T>
void job_fields(F& f, T& job) {
  layer_fields(f, job.layer);
  split_fields(f, job.split);
  context_fields(f, job.context);
}

// Of listed devices: nothing where a chip has none, as results were written before there were any.
void listed_counts(Writer& f, const models::Counts& counts) {
  if (counts.listed() == 0) return;
  f.index(counts.listed());
  for (std::size_t i = 0; i < counts.listed(); ++i) {
    for (const models::Event event : models::kEvents) {
      if (models::is_of_device(event)) f.number(counts.of_listed(i, event));
    }
  }
}

void listed_counts(Reader& f, models::Counts& counts) {
  if (f.at_end()) return;
  const auto devices =
      static_cast<std::size_t>(f.number_below(std::int64_t{platforms::kMostDevices} + 1));
  for (std::size_t i = 0; i < devices; ++i) {
    for (const models::Event event : models::kEvents) {
      if (!models::is_of_device(event)) continue;
      std::int64_t count = 0;
      f.number(count);
      counts.set_listed(i, event, count);
    }
  }
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
  listed_counts(f, r.counts);
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

const std::string& JobEncoder::encode(const LayerJob& job) {
  const bool again =
      !before_split_.empty() && last_.layer == job.layer && last_.context == job.context;
  if (!again) {
    last_ = job;
    const LayerJob same = canonical(job);
    Writer before, after;
    layer_fields(before, same.layer);
    context_fields(after, same.context);
    before_split_ = before.take();
    after_split_ = after.take();
  }
  Writer split;
  split_fields(split, job.split);
  bytes_ = before_split_;
  bytes_ += split.take();
  bytes_ += after_split_;
  return bytes_;
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

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <cstring>
#include <limits>
#include <mutex>

#include "nas/cost/cost_table.hpp"
#include "python/bindings.hpp"
#include "python/calls.hpp"
#include "python/genotype.hpp"
#include "python/to_python.hpp"
#include "sim/report/format.hpp"
#include "tools/h4h/mapping_options.hpp"
#include "tools/h4h/results_options.hpp"

namespace h4h::python {
namespace {

// Numbers that Python reads as a buffer.
struct Column {
  std::vector<double> values;
};

py::buffer_info buffer_of(Column& column) {
  return {column.values.data(), static_cast<py::ssize_t>(column.values.size())};
}

// What belongs to one process: the store and the workers behind `results`.
struct Table {
  Table(const nas::Space& space, const platforms::Platform& platform, sim::Objective objective,
        std::unique_ptr<sim::JobResults> own)
      : results(std::move(own)), costs(space, platform, objective, *results) {}

  std::unique_ptr<sim::JobResults> results;
  nas::CostTable costs;
};

tools::Options oracle_options() {
  tools::Options options("options");
  tools::add_objective_option(options);
  tools::add_jobs_option(options);
  tools::add_cache_option(options);
  return options;
}

class Oracle {
  template <typename Work>
  auto alone(Work work) {
    Table& table = *table_;
    std::optional<std::string> warning;
    auto result = released([&] {
      const std::lock_guard<std::mutex> lock(mutex_);
      auto done = work(table);
      warning = store(*table.results);
      return done;
    });
    warn(warning);
    return result;
  }

 public:
  Oracle(const Platform& platform, SpacePointer space, const tools::Arguments& arguments,
         const std::string& program)
      : space_(std::move(space)), table_(make(platform, *space_, arguments, program)) {}

  const SpacePointer& space() const { return space_; }

  // Of a list or tuple of genotypes, or a matrix of indices of choices.
  std::vector<nas::Genotype> read(const py::object& genotypes) const;
  // Waits for a call of another thread.
  std::vector<nas::Cost> costs(const std::vector<nas::Genotype>& genotypes) {
    return alone([&](Table& table) {
      table.costs.begin(genotypes);
      return table.costs.evaluate(genotypes);
    });
  }
  std::optional<Document> report(const nas::Genotype& genotype) {
    return alone([&](Table& table) -> std::optional<Document> {
      const auto report = table.costs.report(genotype);
      if (!report) return std::nullopt;
      return sim::report_document(*report);
    });
  }
  py::dict precompute();

 private:
  static std::unique_ptr<Table> make(const Platform& platform, const nas::Space& space,
                                     const tools::Arguments& arguments,
                                     const std::string& program) {
    const tools::Parsed given = parsed(arguments, oracle_options());
    return std::make_unique<Table>(space, platform.value, tools::objective_of(given),
                                   results_of(tools::cache_file(given), given, program));
  }

  const nas::Genotype& genes_of(py::handle genotype) const;

  SpacePointer space_;
  mutable SpacePointer known_equal_;  // another space, that is the same
  OfProcess<Table> table_;
  std::mutex mutex_;
};

const nas::Genotype& Oracle::genes_of(py::handle handle) const {
  if (!py::isinstance<Genotype>(handle)) {
    throw py::type_error("genotypes: an item is no h4h.Genotype");
  }
  const auto& genotype = py::cast<const Genotype&>(handle);
  if (genotype.space == space_ || genotype.space == known_equal_) return genotype.genes;
  if (!same_space(genotype.space, space_)) {
    throw nas::SpaceError(fmt::format("the genotype is of another space ({}) than {}",
                                      genotype.space->name(), space_->name()));
  }
  known_equal_ = genotype.space;
  return genotype.genes;
}

template <typename Integer>
std::int64_t integer_at(const char* at) {
  Integer value{};
  std::memcpy(&value, at, sizeof value);
  return static_cast<std::int64_t>(value);
}

using ReadInteger = std::int64_t (*)(const char*);

// How an item of the buffer is read. Throws py::type_error for what is no integer.
ReadInteger reader_of(const py::buffer_info& matrix) {
  const std::string format = matrix.format.substr(matrix.format.find_first_not_of("@=<"));
  const bool is_signed = format.find_first_of("bhilq") == 0;
  if (format.size() == 1 && (is_signed || format.find_first_of("BHILQ") == 0)) {
    if (matrix.itemsize == 1) return is_signed ? integer_at<std::int8_t> : integer_at<std::uint8_t>;
    if (matrix.itemsize == 2)
      return is_signed ? integer_at<std::int16_t> : integer_at<std::uint16_t>;
    if (matrix.itemsize == 4)
      return is_signed ? integer_at<std::int32_t> : integer_at<std::uint32_t>;
    return is_signed ? integer_at<std::int64_t> : integer_at<std::uint64_t>;
  }
  throw py::type_error(
      fmt::format("an array of genotypes holds integers, not '{}'", matrix.format));
}

std::vector<nas::Genotype> genotypes_of(const nas::Space& space, const py::buffer_info& matrix) {
  if (matrix.ndim != 2) {
    throw py::value_error(fmt::format(
        "an array of {} dimensions: rows of indices of choices are needed", matrix.ndim));
  }
  const ReadInteger read = reader_of(matrix);
  std::vector<nas::Genotype> all;
  std::vector<std::int64_t> row(static_cast<std::size_t>(matrix.shape[1]));
  for (py::ssize_t i = 0; i < matrix.shape[0]; ++i) {
    const char* at = static_cast<const char*>(matrix.ptr) + i * matrix.strides[0];
    for (std::int64_t& index : row) {
      index = read(at);
      at += matrix.strides[1];
    }
    all.push_back(genotype_of(space, row));
  }
  return all;
}

std::vector<nas::Genotype> Oracle::read(const py::object& genotypes) const {
  if (!py::isinstance<py::list>(genotypes) && !py::isinstance<py::tuple>(genotypes)) {
    if (PyObject_CheckBuffer(genotypes.ptr()) == 0 || py::isinstance<py::bytes>(genotypes)) {
      throw py::type_error("genotypes: a list of h4h.Genotype, or an array of indices of choices");
    }
    return genotypes_of(*space_, py::reinterpret_borrow<py::buffer>(genotypes).request());
  }
  std::vector<nas::Genotype> all;
  all.reserve(py::len(genotypes));
  for (const py::handle genotype : genotypes) all.push_back(genes_of(genotype));
  return all;
}

// Nothing of a network that does not run is a figure: it costs more than any other.
constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

py::tuple evaluate(Oracle& oracle, const py::object& genotypes) {
  const std::vector<nas::Cost> costs = oracle.costs(oracle.read(genotypes));
  Column latency, energy, area;
  for (Column* const column : {&latency, &energy, &area}) column->values.reserve(costs.size());
  py::list infeasible(costs.size());
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const nas::Cost& cost = costs[i];
    latency.values.push_back(cost.infeasible ? kInfinite : cost.latency_s);
    energy.values.push_back(cost.infeasible ? kInfinite : cost.energy_j);
    area.values.push_back(cost.area_mm2.value_or(kUnknown));
    infeasible[i] = cost.infeasible ? py::object(py::str(*cost.infeasible)) : py::none();
  }
  return py::make_tuple(py::cast(std::move(latency)), py::cast(std::move(energy)),
                        py::cast(std::move(area)), infeasible);
}

py::object report(Oracle& oracle, const Genotype& genotype) {
  const std::vector<nas::Genotype> one = oracle.read(py::make_tuple(genotype));
  const std::optional<Document> document = oracle.report(one.front());
  return document ? to_python(*document) : py::none();
}

py::dict Oracle::precompute() {
  const auto done = alone([](Table& table) {
    auto all = table.costs.precompute([](std::size_t, std::size_t) {});
    table.results->finish();
    return all;
  });
  if (!done) {
    throw std::runtime_error(
        "weight prefetch makes a layer's cost depend on its predecessor on this platform, or the "
        "objective is edp: the layers of a space cannot be precomputed");
  }
  py::dict figures;
  figures["blocks"] = done->blocks;
  figures["jobs"] = done->jobs;
  figures["all"] = done->all;
  return figures;
}

}  // namespace

void bind_oracle(py::module_& module) {
  py::class_<Column>(module, "Column", py::buffer_protocol()).def_buffer(&buffer_of);
  py::class_<Oracle>(module, "Oracle")
      .def(py::init<const Platform&, SpacePointer, const tools::Arguments&, const std::string&>(),
           py::arg("platform"), py::arg("space"), py::arg("options"), py::arg("program"))
      .def_property_readonly("space", &Oracle::space)
      .def("evaluate", &evaluate, py::arg("genotypes"))
      .def("report", &report, py::arg("genotype"))
      .def("precompute", &Oracle::precompute);
}

}  // namespace h4h::python

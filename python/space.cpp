#include <fmt/format.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <variant>

#include "base/program_files.hpp"
#include "nas/space/load.hpp"
#include "nas/space/open_network.hpp"
#include "python/bindings.hpp"
#include "python/calls.hpp"
#include "python/errors.hpp"
#include "python/genotype.hpp"
#include "python/to_python.hpp"

namespace h4h::python {

bool same_space(const SpacePointer& a, const SpacePointer& b) {
  return a == b || nas::format_space(*a) == nas::format_space(*b);
}

nas::Genotype genotype_of(const nas::Space& space, const std::vector<std::int64_t>& indices) {
  const auto& genes = space.genes();
  if (indices.size() != genes.size()) {
    throw nas::SpaceError(
        fmt::format("{} indices of choices: the space has {} genes", indices.size(), genes.size()));
  }
  nas::Genotype genotype;
  for (std::size_t g = 0; g < genes.size(); ++g) {
    const auto most = static_cast<std::int64_t>(genes[g].choices.size()) - 1;
    if (indices[g] < 0 || indices[g] > most) {
      throw nas::SpaceError(fmt::format("{}: {} is not an index of a choice, 0 .. {}",
                                        genes[g].name, indices[g], most));
    }
    genotype.push_back(static_cast<std::uint16_t>(indices[g]));
  }
  return space.canonical(std::move(genotype));
}

namespace {

// A generator, or the seed of a new one.
using Seed = std::variant<std::uint64_t, nas::Random*>;

template <typename Work>
auto with_random(const Seed& seed, Work work) {
  if (auto* const* random = std::get_if<nas::Random*>(&seed)) {
    if (*random == nullptr) throw py::type_error("random must be an int or an h4h.Random");
    return work(**random);
  }
  nas::Random random(std::get<std::uint64_t>(seed));
  return work(random);
}

const nas::Genotype& genes_of(const SpacePointer& space, const Genotype& genotype) {
  if (same_space(space, genotype.space)) return genotype.genes;
  throw nas::SpaceError(fmt::format("the genotype is of another space ({}) than {}",
                                    genotype.space->name(), space->name()));
}

SpacePointer load_space(const std::filesystem::path& path) {
  require_file(file_or_shipped(path, "spaces").string());
  return released([&] { return std::make_shared<nas::Space>(nas::load_space(path.string())); });
}

py::list genes(const nas::Space& space) {
  py::list all;
  for (const nas::Gene& gene : space.genes()) {
    py::list choices;
    for (const double choice : gene.choices)
      choices.append(to_python(choice_document(gene.kind, choice)));
    all.append(py::make_tuple(gene.name, py::tuple(choices)));
  }
  return all;
}

std::vector<Genotype> sample(const SpacePointer& space, std::size_t count, const Seed& seed) {
  constexpr std::size_t kMost = 10'000'000;
  if (count > kMost) throw py::value_error(fmt::format("count is above {}", kMost));
  return with_random(seed, [&](nas::Random& random) {
    std::vector<Genotype> all;
    while (all.size() < count) all.push_back({space, space->sample(random)});
    return all;
  });
}

Genotype mutate(const SpacePointer& space, const Genotype& genotype, double probability,
                const Seed& seed) {
  if (!(probability >= 0 && probability <= 1)) {
    throw py::value_error(fmt::format("probability {} is not within 0 .. 1", probability));
  }
  const nas::Genotype& genes = genes_of(space, genotype);
  return with_random(seed, [&](nas::Random& random) {
    return Genotype{space, space->mutate(genes, probability, random)};
  });
}

Genotype crossover(const SpacePointer& space, const Genotype& a, const Genotype& b,
                   const Seed& seed) {
  const nas::Genotype &one = genes_of(space, a), &two = genes_of(space, b);
  return with_random(seed, [&](nas::Random& random) {
    return Genotype{space, space->crossover(one, two, random)};
  });
}

// Genes of stages of depth 0 decide nothing, nor do those with one choice.
std::vector<bool> needed(const nas::Space& space, const py::dict& values) {
  std::vector<bool> needed;
  for (const nas::Gene& gene : space.genes()) needed.push_back(gene.choices.size() > 1);
  for (const nas::Stage& stage : space.stages()) {
    const py::str depth(space.genes()[stage.depth].name);
    if (!values.contains(depth) || py::cast<double>(values[depth]) != 0) continue;
    needed[stage.width] = needed[stage.expansion] = false;
    for (const std::size_t gene : stage.further) needed[gene] = false;
  }
  return needed;
}

bool is_number(nas::GeneKind kind) {
  return kind != nas::GeneKind::activation && kind != nas::GeneKind::se;
}

// Of a number also where Python's type is none of json's, as numpy's are.
Document document_of(const nas::Gene& gene, py::handle value) {
  if (!is_number(gene.kind)) return to_document(value);
  if (PyNumber_Check(value.ptr()) == 0) {
    throw py::type_error(fmt::format("{}: a choice is a number", gene.name));
  }
  return py::cast<double>(value);
}

std::int64_t index_of(const nas::Gene& gene, py::handle value) {
  const Document wanted = document_of(gene, value);
  if (const auto found = find_choice(gene, wanted)) return *found;
  throw nas::SpaceError(fmt::format("{}: {} is not one of: {}", gene.name,
                                    is_number(gene.kind) ? fmt::format("{}", wanted.number())
                                                         : py::cast<std::string>(py::str(value)),
                                    choices_text(gene.kind, gene.choices)));
}

Genotype genotype_by_name(const SpacePointer& space, const py::dict& values) {
  const std::vector<bool> is_needed = needed(*space, values);
  std::vector<std::int64_t> indices;
  std::size_t used = 0;
  for (const nas::Gene& gene : space->genes()) {
    const py::str name(gene.name);
    const bool given = values.contains(name);
    if (!given && is_needed[indices.size()]) {
      throw nas::SpaceError(fmt::format("gene {} is missing", gene.name));
    }
    used += given ? 1 : 0;
    indices.push_back(given ? index_of(gene, values[name]) : 0);
  }
  for (const auto& [name, value] : values) {
    const auto is = [&, text = py::cast<std::string>(name)](const auto& g) {
      return g.name == text;
    };
    if (used == values.size() || std::any_of(space->genes().begin(), space->genes().end(), is))
      continue;
    throw nas::SpaceError(fmt::format("the space has no gene '{}'", py::cast<std::string>(name)));
  }
  return {space, genotype_of(*space, indices)};
}

Genotype genotype_by_index(const SpacePointer& space, const std::vector<std::int64_t>& indices) {
  return {space, genotype_of(*space, indices)};
}

Genotype parse(const SpacePointer& space, const py::object& text) {
  if (py::isinstance<py::str>(text)) return {space, space->parse(py::cast<std::string>(text))};
  if (py::isinstance<py::dict>(text)) return {space, space->read(to_document(text))};
  throw py::type_error("a genotype is a line of JSON or its dict");
}

std::vector<Genotype> enumerate(const SpacePointer& space, std::size_t limit) {
  std::vector<nas::Genotype> genotypes = released([&] { return space->enumerate(limit); });
  std::vector<Genotype> all;
  for (nas::Genotype& genes : genotypes) all.push_back({space, std::move(genes)});
  return all;
}

Network network(const SpacePointer& space, const Genotype& genotype) {
  const std::string text = space->text(genes_of(space, genotype));
  return {nas::network_of(*space, text), space->name() + "#" + text};
}

py::ssize_t hash_of(const Genotype& genotype) {
  return py::hash(py::bytes(reinterpret_cast<const char*>(genotype.genes.data()),
                            genotype.genes.size() * sizeof(std::uint16_t)));
}

void bind_random(py::module_& module) {
  py::class_<nas::Random>(module, "Random",
                          "Random numbers that are the same on every machine, from a seed.")
      .def(py::init<std::uint64_t>(), py::arg("seed") = 0)
      .def(
          "below",
          [](nas::Random& random, std::uint64_t n) {
            if (n == 0) throw py::value_error("n must be above 0");
            return random.below(n);
          },
          py::arg("n"), "An integer from 0 to n - 1.")
      .def("uniform", &nas::Random::uniform, "A number from 0 to below 1.");
}

void bind_genotype(py::module_& module) {
  py::class_<Genotype>(
      module, "Genotype",
      "A network of a space: for each gene the index of a choice. Genotypes of the "
      "same network are equal.")
      .def_property_readonly("space", [](const Genotype& g) { return g.space; })
      .def_property_readonly(
          "indices", [](const Genotype& g) { return py::tuple(py::cast(g.genes)); },
          "An index of a choice for each gene of the space.")
      .def(
          "to_dict", [](const Genotype& g) { return to_python(g.space->document(g.genes)); },
          "The choices by stage, as a line of `h4h space show --sample` has them.")
      .def("__str__", [](const Genotype& g) { return g.space->text(g.genes); })
      .def("__repr__",
           [](const Genotype& g) { return "<h4h.Genotype " + g.space->text(g.genes) + ">"; })
      .def("__hash__", &hash_of)
      .def(
          "__eq__",
          [](const Genotype& a, const Genotype& b) {
            return a.genes == b.genes && same_space(a.space, b.space);
          },
          py::is_operator());
}

}  // namespace

void bind_space(py::module_& module) {
  bind_random(module);
  py::class_<nas::Space, SpacePointer> space(module, "Space",
                                             "A search space: Space(path) reads a space file.");
  bind_genotype(module);
  space.def(py::init(&load_space), py::arg("path"))
      .def_property_readonly("name", &nas::Space::name)
      .def_property_readonly("input_channels", &nas::Space::input_channels)
      .def_property_readonly("classes", &nas::Space::classes)
      .def_property_readonly("log10_size", &nas::Space::log10_size,
                             "Decimal logarithm of the number of networks.")
      .def_property_readonly("genes", &genes,
                             "(name, choices) of every gene, choices in ascending order.")
      .def(
          "min",
          [](const SpacePointer& s) {
            return Genotype{s, s->canonical(s->min())};
          },
          "The smallest choice of every gene.")
      .def(
          "mid",
          [](const SpacePointer& s) {
            return Genotype{s, s->canonical(s->mid())};
          },
          "The middle choice of every gene, the lower one of two.")
      .def(
          "max",
          [](const SpacePointer& s) {
            return Genotype{s, s->canonical(s->max())};
          },
          "The largest choice of every gene.")
      .def("sample", &sample, py::arg("count"), py::arg("random") = 0,
           "Random genotypes, every gene uniform: those of `h4h space show --sample COUNT --seed "
           "RANDOM` where random is an int.")
      .def("mutate", &mutate, py::arg("genotype"), py::arg("probability"), py::arg("random"),
           "Each gene drawn anew with this probability; at least one changes where any can.")
      .def("crossover", &crossover, py::arg("a"), py::arg("b"), py::arg("random"),
           "Each gene from either parent.")
      .def("enumerate", &enumerate, py::arg("limit") = 1'000'000,
           "Every genotype. Raises SpaceError where there are more than `limit`.")
      .def("genotype", &genotype_by_name, py::arg("values"),
           "Of a value for each gene by its name ({'resolution': 32, 'mb0.depth': 1, ...}), where "
           "genes that decide nothing may be left out; or of an index of a choice for each gene.")
      .def("genotype", &genotype_by_index, py::arg("indices"))
      .def("parse", &parse, py::arg("text"),
           "Of a line of JSON as format() writes it, or of its dict.")
      .def(
          "format",
          [](const SpacePointer& s, const Genotype& g) { return s->text(genes_of(s, g)); },
          py::arg("genotype"), "A line of JSON, which commands take behind SPACE.yaml#.")
      .def("network", &network, py::arg("genotype"))
      .def(
          "__eq__", [](const SpacePointer& a, const SpacePointer& b) { return same_space(a, b); },
          py::is_operator())
      .def("__repr__", [](const nas::Space& s) { return "<h4h.Space " + s.name() + ">"; });
}

}  // namespace h4h::python

#include "nas/space/genotype_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/json/json_events.hpp"
#include "base/json/json_parser.hpp"
#include "base/json/json_writer.hpp"
#include "nas/space/genotype_events.hpp"

namespace h4h::nas {
namespace {

using nlohmann::json;

constexpr std::array kKeys{"id", "genotype", "network"};
constexpr char kExamples[] =
    R"(an object such as {"id":1,"genotype":{...}} or {"id":1,"network":"NAME"})";
constexpr int kDeepest = 64;  // no genotype and no sensible id comes near

// Takes a line with a genotype and at most a plain id; stops at any other.
class UsualLine : public GenotypeEvents {
 public:
  using GenotypeEvents::GenotypeEvents;

  const std::string& id() const { return id_; }

  bool number_integer(json::number_integer_t n) {
    return at_ == At::id ? take_id(std::to_string(n)) : GenotypeEvents::number_integer(n);
  }
  bool number_unsigned(json::number_unsigned_t n) {
    return at_ == At::id ? take_id(std::to_string(n)) : GenotypeEvents::number_unsigned(n);
  }
  bool string(const std::string& text) {
    return at_ == At::id ? take_id(json_string(text)) : GenotypeEvents::string(text);
  }

  bool start_object(std::size_t size) {
    if (at_ == At::genotype) return GenotypeEvents::start_object(size);
    if (at_ != At::start) return false;
    at_ = At::line;
    return true;
  }

  bool key(const std::string& name) {
    if (at_ == At::genotype) return GenotypeEvents::key(name);
    at_ = name == "id" ? At::id : At::genotype;
    return name == "id" ? id_.empty() : name == "genotype" && !complete();
  }

  bool end_object() {
    if (at_ == At::line) return complete();
    if (!GenotypeEvents::end_object()) return false;
    if (complete()) at_ = At::line;
    return true;
  }

 private:
  enum class At { start, line, id, genotype };

  bool take_id(std::string id) {
    id_ = std::move(id);
    at_ = At::line;
    return true;
  }

  At at_ = At::start;
  std::string id_;
};

struct Member {
  std::string key, text;
};

// Takes any object apart into the texts of its members, without a tree: depth costs no stack.
class Members {
 public:
  const std::vector<Member>& all() const { return all_; }
  const std::string& problem() const { return problem_; }

  bool null() { return scalar("null"); }
  bool boolean(bool value) { return scalar(value ? "true" : "false"); }
  bool number_integer(json::number_integer_t n) { return scalar(std::to_string(n)); }
  bool number_unsigned(json::number_unsigned_t n) { return scalar(std::to_string(n)); }
  bool number_float(double, const std::string& text) { return scalar(text); }
  bool string(const std::string& text) { return scalar(json_string(text)); }
  bool binary(const json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open('{'); }
  bool start_array(std::size_t) { return open('['); }
  bool end_object() { return close('}'); }
  bool end_array() { return close(']'); }
  bool parse_error(std::size_t, const std::string&, const json::exception&) { return false; }

  bool key(const std::string& name) {
    if (depth_ == 1) {
      key_ = name;
    } else {
      put(json_string(name));
      text_ += ':';
    }
    return true;
  }

 private:
  bool fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  void put(const std::string& text) {
    constexpr std::string_view kBefore = "[{:";
    const bool first = text_.empty() || kBefore.find(text_.back()) != std::string_view::npos;
    if (!first) text_ += ',';
    text_ += text;
  }

  bool scalar(const std::string& text) {
    if (depth_ == 0) return fail(fmt::format("a line must be {}", kExamples));
    put(text);
    return end_value();
  }

  bool open(char bracket) {
    if (depth_ == 0 && bracket == '[') return fail(fmt::format("a line must be {}", kExamples));
    if (depth_ == kDeepest) return fail(fmt::format("nested deeper than {} levels", kDeepest));
    if (depth_++ > 0) put({bracket});
    return true;
  }

  bool close(char bracket) {
    if (--depth_ == 0) return true;
    text_ += bracket;
    return end_value();
  }

  bool end_value() {
    if (depth_ == 1) all_.push_back({std::move(key_), std::exchange(text_, {})});
    return true;
  }

  std::vector<Member> all_;
  std::string problem_ = fmt::format("not JSON; a line must be {}", kExamples);
  std::string key_, text_;
  int depth_ = 0;
};

const Member* find(const std::vector<Member>& members, const std::string& key) {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& member) { return member.key == key; });
  return found == members.end() ? nullptr : &*found;
}

void check(const std::vector<Member>& members) {
  for (const Member& member : members) {
    if (std::find(kKeys.begin(), kKeys.end(), member.key) == kKeys.end()) {
      throw SpaceError(
          fmt::format("unknown key '{}'; allowed: {}", member.key, fmt::join(kKeys, ", ")));
    }
    if (find(members, member.key) != &member) {
      throw SpaceError(fmt::format("key '{}' is given twice", member.key));
    }
  }
}

std::string network_in(const std::string& text) {
  if (text.front() != '"') {
    throw SpaceError(fmt::format("network must be a string; a line must be {}", kExamples));
  }
  return parse_json(text).text();
}

void read_members(const Space& space, const std::vector<Member>& members, Asked& asked) {
  check(members);
  const Member* genotype = find(members, "genotype");
  const Member* network = find(members, "network");
  if ((genotype == nullptr) == (network == nullptr)) {
    const char* given =
        genotype == nullptr ? "neither genotype nor network is" : "genotype and network are both";
    throw SpaceError(fmt::format("{} given; a line must be {}", given, kExamples));
  }
  if (genotype != nullptr) asked.genotype = space.parse(genotype->text);
  if (network != nullptr) asked.network = network_in(network->text);
}

// Messages repeat keys of the text, which may hold anything.
std::string one_line(std::string message) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  std::replace_if(message.begin(), message.end(), control, ' ');
  return message;
}

Asked read_unusual(const Space& space, std::string_view line) {
  Asked asked;
  Members members;
  const bool whole = read_json_events(line, members);
  const Member* id = find(members.all(), "id");
  asked.id = id == nullptr ? "null" : id->text;
  try {
    if (!whole) throw SpaceError(members.problem());
    read_members(space, members.all(), asked);
  } catch (const SpaceError& error) {
    asked.error = one_line(error.what());
  }
  return asked;
}

}  // namespace

Asked read_line(const Space& space, std::string_view line) {
  UsualLine usual(space);
  if (!read_json_events(line, usual)) return read_unusual(space, line);
  return {usual.id().empty() ? "null" : usual.id(), usual.genotype(), {}, {}};
}

}  // namespace h4h::nas

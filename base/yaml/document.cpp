#include "base/yaml/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <sstream>

#include "base/text/utf8.hpp"

namespace h4h::yaml {
namespace {

constexpr std::size_t kMaxDepth = 8;
constexpr std::size_t kMaxNodes = 200'000;

// Puts the parser's events together. yaml-cpp's own tree would follow aliases.
class TreeBuilder : public YAML::EventHandler {
 public:
  Node root;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw SyntaxError(mark.line + 1, "aliases (*name) are not allowed");
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(Node::Kind::empty, mark, anchor, "");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (!is_utf8(value)) throw SyntaxError(mark.line + 1, "text that is not UTF-8");
    add(Node::Kind::text, mark, anchor, tag).text = value;
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(add(Node::Kind::list, mark, anchor, tag));
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(add(Node::Kind::map, mark, anchor, tag));
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  Node& add(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor,
            const std::string& tag) {
    const int line = mark.line + 1;
    if (anchor != 0) throw SyntaxError(line, "anchors (&name) are not allowed");
    if (!tag.empty() && tag != "?" && tag != "!") {
      throw SyntaxError(line, fmt::format("tags ({}) are not allowed", tag));
    }
    if (++nodes_ > kMaxNodes) {
      throw SyntaxError(line, fmt::format("more than {} values", kMaxNodes));
    }
    Node& node = open_.empty() ? root : open_.back()->items.emplace_back();
    node.kind = kind;
    node.line = line;
    return node;
  }

  // The parent's items stay where they are while this one is open.
  void open(Node& node) {
    if (open_.size() == kMaxDepth) {
      throw SyntaxError(node.line, fmt::format("nested more than {} deep", kMaxDepth));
    }
    open_.push_back(&node);
  }

  std::vector<Node*> open_;
  std::size_t nodes_ = 0;
};

}  // namespace

Node parse_document(const std::string& text) {
  std::istringstream stream(text);
  try {
    YAML::Parser parser(stream);
    TreeBuilder tree;
    parser.HandleNextDocument(tree);
    TreeBuilder second;
    if (parser.HandleNextDocument(second)) {
      throw SyntaxError(second.root.line, "a second document; a file holds one");
    }
    return std::move(tree.root);
  } catch (const YAML::Exception& error) {
    throw SyntaxError(std::max(0, error.mark.line) + 1, "YAML: " + error.msg);
  }
}

}  // namespace h4h::yaml

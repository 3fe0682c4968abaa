#include "tools/h4h/search_results.hpp"

#include "base/csv/csv_writer.hpp"
#include "nas/space/front_row.hpp"
#include "nas/space/load.hpp"
#include "sim/report/checksum.hpp"

namespace h4h::tools {

void write_search_results(const nas::SearchResult& result, const nas::Space& space,
                          const RunFolder& folder) {
  folder.write(nas::kSearchSpace, nas::format_space(space));
  folder.write(nas::kFront, write_csv(nas::front_table(space, result)));
  folder.write("random.csv", write_csv(nas::random_front_table(space, result)));
  folder.write("search.json", sim::json_with_checksum(nas::search_document(space, result)),
               nas::kSearchResultLimit);
  folder.write("index.html", nas::format_search_page(space, result));
}

}  // namespace h4h::tools

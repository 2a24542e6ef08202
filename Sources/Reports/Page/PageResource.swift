/// Styles and code of pages, by their files' names.
enum PageResource: String {
  case plot, style, page, costs, layers, layout, graph, fleet

  var text: String { EmbeddedResources.text("Page/Resources/\(rawValue)") }
}

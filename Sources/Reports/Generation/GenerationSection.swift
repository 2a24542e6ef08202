import Assessment
import Quantities

/// The part of a page about a text: how fast tokens come, what the prompt and the steps take, and what of it depends on the length.
struct GenerationSection {
  private let part: GenerationPart
  private let request: RequestPart?
  private let isOnDevice: Bool

  /// Nil where no text is generated.
  init?(_ assessment: ModelAssessment) {
    guard let part = GenerationPart(assessment) else { return nil }
    self.part = part
    request = RequestPart(assessment)
    isOnDevice = assessment.estimate != nil
  }

  var section: Page.Section {
    let charts = PageParts.charts([StepPlot(part)?.picture])
    return Page.Section(
      id: "text", title: "Text",
      content: """
        <p>\(part.title). All totals, layers and suggestions are of \(request.oneWhole).</p>
        \(PageParts.tiles(tiles))
        <p>\(part.cache.size); \(part.cache.allocation).</p>
        \(PageParts.table("Prompt and steps", part.phases(isOnDevice: isOnDevice)))
        \(charts)
        """)
  }

  private var tiles: [HTML] {
    var tiles: [HTML] = []
    if let token = part.perToken {
      tiles += [
        PageParts.tile("First token after", part.prefill.latency), speed(token.tokensPerSecond),
        PageParts.tile("Energy of a token", token.energy),
        PageParts.tile("Its operational carbon", token.operationalCarbon),
      ]
    }
    let bound = (part.decode ?? part.prefill).bounds?.max { $0.value < $1.value }
    if let bound {
      tiles.append(
        PageParts.tile(
          "Limited by", bound.key,
          "\(fixed(100 * bound.value, decimals: 0)) % of the time of "
            + (part.decode == nil ? "the prompt" : "a step")))
    }
    tiles.append(
      PageParts.tile(
        "Cache", part.cache.bytes.value.map(binarySize) ?? "unknown",
        "\(part.cache.positions.value.map(grouped) ?? "?") positions"))
    return tiles
  }

  private func speed(_ speed: Interval?) -> HTML {
    guard let speed else { return PageParts.tile("Tokens per second", "unknown", "") }
    return PageParts.tile(
      "Tokens per second", significant(speed.value),
      speed.ends(significant) + request.ofAllTexts)
  }
}

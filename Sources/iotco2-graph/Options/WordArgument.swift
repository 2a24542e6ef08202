import ArgumentParser

/// An argument that is one of certain words, each called like its case.
///
/// The parser's own lists of words use key paths and reflection, which takes as long as a tenth of an analysis for each
/// type.
protocol WordArgument: ExpressibleByArgument, CaseIterable, RawRepresentable<String> {}

extension WordArgument {
  static var allValueStrings: [String] { allCases.map { $0.rawValue } }
  static var allValueDescriptions: [String: String] { [:] }
}

extern alias fixes;

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace GeneratedEncoder.Generator.Tests.CodeFixes;

/// <summary>Offers and applies code fixes as an IDE does, to a document in memory.</summary>
internal sealed class CodeFixHost : IDisposable
{
    private readonly AdhocWorkspace _workspace = new();
    private readonly AdditionalText[] _files;
    private readonly Document _document;

    public CodeFixHost(string source, params AdditionalText[] files)
    {
        CSharpCompilation compilation = GeneratorHost.Compile(source);
        ProjectInfo project = ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "Demo", "Demo", LanguageNames.CSharp,
            compilationOptions: compilation.Options, parseOptions: CSharpParseOptions.Default, metadataReferences: compilation.References);
        _files = files;
        _document = _workspace.AddProject(project).AddDocument("Source.cs", source);
    }

    /// <summary>Every fix there is.</summary>
    public static ImmutableArray<CodeFixProvider> Providers { get; } =
    [
        new fixes::GeneratedEncoder.CodeFixes.MakePartial(),
        new fixes::GeneratedEncoder.CodeFixes.RemoveProperty(),
        new fixes::GeneratedEncoder.CodeFixes.NearestValue(),
        new fixes::GeneratedEncoder.CodeFixes.AddProperties(),
    ];

    /// <summary>What is offered for the first diagnostic of an id.</summary>
    public async Task<ImmutableArray<CodeAction>> OffersAsync(string id)
    {
        Diagnostic diagnostic = (await DiagnosticsAsync(_document, id)).First();
        List<CodeAction> actions = [];
        foreach (CodeFixProvider provider in Providers.Where(provider => provider.FixableDiagnosticIds.Contains(id)))
        {
            await provider.RegisterCodeFixesAsync(new CodeFixContext(_document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        }

        return [.. actions];
    }

    /// <summary>The document after one offer was taken, at which the diagnostic is gone.</summary>
    public async Task<string> FixAsync(string id, string title)
    {
        int before = (await DiagnosticsAsync(_document, id)).Length;
        CodeAction action = Assert.Single(await OffersAsync(id), action => action.Title == title);
        Document changed = await ApplyAsync(action);
        Assert.InRange((await DiagnosticsAsync(changed, id)).Length, 0, before - 1);
        return (await changed.GetTextAsync()).ToString();
    }

    /// <summary>The document after the same was done wherever it can be, at which no diagnostic of that id is left.</summary>
    public async Task<string> FixAllAsync(string id, string key)
    {
        CodeFixProvider provider = Assert.Single(Providers, provider => provider.FixableDiagnosticIds.Contains(id));
        FixAllContext context = new(_document, provider, FixAllScope.Document, key, [id], new Found(await DiagnosticsAsync(_document, id)), CancellationToken.None);
        CodeAction? action = await provider.GetFixAllProvider()!.GetFixAsync(context);
        Assert.NotNull(action);
        Document changed = await ApplyAsync(action);
        Assert.Empty(await DiagnosticsAsync(changed, id));
        return (await changed.GetTextAsync()).ToString();
    }

    public void Dispose() => _workspace.Dispose();

    private async Task<Document> ApplyAsync(CodeAction action)
    {
        ApplyChangesOperation change = Assert.IsType<ApplyChangesOperation>(Assert.Single(await action.GetOperationsAsync(CancellationToken.None)));
        return change.ChangedSolution.GetDocument(_document.Id)!;
    }

    /// <summary>The compiler's and the analyzer's, in the order of the text.</summary>
    private async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(Document document, string id)
    {
        Compilation compilation = (await document.Project.GetCompilationAsync())!;
        IEnumerable<Diagnostic> all = compilation.GetDiagnostics().Concat(await GeneratorHost.AnalyzeAllAsync(compilation, _files));
        return [.. all.Where(diagnostic => diagnostic.Id == id).OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    private sealed class Found(ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellation) => GetProjectDiagnosticsAsync(project, cancellation);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellation) => GetProjectDiagnosticsAsync(document.Project, cancellation);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellation) => Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);
    }
}

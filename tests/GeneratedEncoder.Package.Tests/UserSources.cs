namespace GeneratedEncoder.Package.Tests;

/// <summary>What a user writes, file by file.</summary>
internal static class UserSources
{
    private const string Model = """
        [GeneratedEncoder.TransformerEncoder("demonstration-model", Pooling = GeneratedEncoder.Pooling.Mean)]
        internal sealed partial class Model;
        """;

    private const string Package = """<PackageReference Include="GeneratedEncoder" Version="*" />""";
    private const string Text = """<PackageReference Include="GeneratedEncoder.Text" Version="*" />""";
    private const string Demonstration = """<EncoderModel Include="../Models/demonstration-model" />""";

    /// <summary>The commit that Hub's model is pinned to.</summary>
    public const string HubCommit = "0123456789abcdef0123456789abcdef01234567";

    private const string Consumer = """
        using System.Globalization;

        float[] embedding = Library.Search.Embed(Array.ConvertAll(args, id => int.Parse(id, CultureInfo.InvariantCulture)));
        Console.WriteLine(string.Join(' ', embedding.Take(8).Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
        """;

    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["All.slnx"] = """
            <Solution>
              <Project Path="App/App.csproj" />
              <Project Path="Web/Web.csproj" />
              <Project Path="Library/Library.csproj" />
              <Project Path="Consumer/Consumer.csproj" />
              <Project Path="Texts/Texts.csproj" />
            </Solution>
            """,
        ["App/App.csproj"] = Project("", "<OutputType>Exe</OutputType><AnalysisMode>All</AnalysisMode>", Package, """<EncoderModel Include="../Models/all-MiniLM-L6-v2" />"""),
        ["App/Program.cs"] = """
            using System.Globalization;
            using GeneratedEncoder;

            using MiniLm encoder = MiniLm.Load();
            float[] embedding = new float[MiniLm.HiddenSize];
            encoder.Embed(Array.ConvertAll(args, id => int.Parse(id, CultureInfo.InvariantCulture)), embedding);
            Console.WriteLine(MiniLm.MaxTokens);
            Console.WriteLine(string.Join(' ', embedding.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));

            [TransformerEncoder("all-MiniLM-L6-v2")]
            internal sealed partial class MiniLm;
            """,
        ["Web/Web.csproj"] = Project(".Web", "", Text, Demonstration),
        // A minimal API that calls itself once.
        ["Web/Program.cs"] = $"""
            using System.Globalization;
            using GeneratedEncoder.Text;
            using Microsoft.Extensions.AI;

            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(_ => EncoderPipeline.Load<Model>());
            builder.Services.AddSingleton(services => services.GetRequiredService<EncoderPipeline<Model>>().AsIEmbeddingGenerator());
            await using WebApplication app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            app.MapGet("/embed", async (string text, IEmbeddingGenerator<string, Embedding<float>> generator) =>
                string.Join(' ', (await generator.GenerateVectorAsync(text)).ToArray().Take(8).Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
            await app.StartAsync();
            using HttpClient client = new();
            Console.WriteLine(await client.GetStringAsync(new Uri(app.Urls.First() + "/embed?text=" + Uri.EscapeDataString(args[0]))));

            {Model}
            """,
        ["Library/Library.csproj"] = Project("", "", Package, Demonstration),
        ["Library/Search.cs"] = $$"""
            namespace Library;

            public static class Search
            {
                private static readonly Lazy<Model> s_encoder = new(() => Model.Load());

                public static float[] Embed(int[] ids)
                {
                    float[] embedding = new float[Model.HiddenSize];
                    s_encoder.Value.Embed(ids, embedding);
                    return embedding;
                }
            }

            {{Model}}
            """,
        ["Consumer/Consumer.csproj"] = Project("", "<OutputType>Exe</OutputType>", """<ProjectReference Include="../Library/Library.csproj" />"""),
        ["Consumer/Program.cs"] = Consumer,
        ["Between/Between.csproj"] = Project("", "", """<PackageReference Include="Library" Version="*" />"""),
        ["PackageConsumer/PackageConsumer.csproj"] = Project("", "<OutputType>Exe</OutputType>", """<ProjectReference Include="../Between/Between.csproj" />"""),
        ["PackageConsumer/Program.cs"] = Consumer,
        ["Texts/Texts.csproj"] = Project("", "<OutputType>Exe</OutputType>", Text, Demonstration),
        ["Texts/Program.cs"] = $"""
            using System.Globalization;
            using GeneratedEncoder.Text;

            using EncoderPipeline<Model> encoder = EncoderPipeline.Load<Model>();
            Console.WriteLine(string.Join(' ', encoder.Embed(args[0]).Take(8).Select(value => value.ToString("R", CultureInfo.InvariantCulture))));

            {Model}
            """,
        ["Hub/Hub.csproj"] = Project(
            "", $"<OutputType>Exe</OutputType><ModelRevision Condition=\"'$(ModelRevision)' == ''\">{HubCommit}</ModelRevision>", Package, """<EncoderModel Include="org/tiny" Revision="$(ModelRevision)" />"""),
        ["Hub/Program.cs"] = """
            using System.Globalization;

            using Model encoder = Model.Load();
            float[] embedding = new float[Model.HiddenSize];
            encoder.Embed(Array.ConvertAll(args, id => int.Parse(id, CultureInfo.InvariantCulture)), embedding);
            Console.WriteLine(string.Join(' ', embedding.Take(8).Select(value => value.ToString("R", CultureInfo.InvariantCulture))));

            [GeneratedEncoder.TransformerEncoder("tiny", Pooling = GeneratedEncoder.Pooling.Mean)]
            internal sealed partial class Model;
            """,
        ["Native/Native.csproj"] = Project("", "<OutputType>Exe</OutputType><PublishAot>true</PublishAot>", Package, Demonstration),
        ["Native/Program.cs"] = $"""
            using System.Globalization;

            using Model encoder = Model.Load();
            float[] embedding = new float[Model.HiddenSize];
            encoder.Embed(Array.ConvertAll(args, id => int.Parse(id, CultureInfo.InvariantCulture)), embedding);
            Console.WriteLine(string.Join(' ', embedding.Take(8).Select(value => value.ToString("R", CultureInfo.InvariantCulture))));

            {Model}
            """,
    };

    private static string Project(string sdk, string properties, params string[] items) => $"""
        <Project Sdk="Microsoft.NET.Sdk{sdk}">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            {string.Join("\n    ", items)}
          </ItemGroup>
        </Project>
        """;
}

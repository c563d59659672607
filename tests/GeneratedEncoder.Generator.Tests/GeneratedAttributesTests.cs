using GeneratedEncoder.Generator.Tests.ModelFolders;
using Microsoft.CodeAnalysis;

namespace GeneratedEncoder.Generator.Tests;

/// <summary>Coverage counts a user's code and not what is generated; debuggers step into both.</summary>
public sealed class GeneratedAttributesTests
{
    public static TheoryData<string> Attributes => HidingNamesTests.Attributes;

    [Theory]
    [MemberData(nameof(Attributes))]
    public void Generated_types_and_methods_say_so_and_the_users_class_does_not(string attribute) => AssertMarked(
        GeneratorHost.Run(GeneratorHost.Compile(GeneratorHost.Encoder(attribute, "public sealed partial class Tiny { public int Mine() => 3; public class Inner { public int Mine() => 3; } }"))).Output);

    [Fact]
    public void Those_of_a_model_folder_too() => AssertMarked(GeneratorHost.Run(
        GeneratorHost.Compile(TinyFolder.Declaration.Replace("class Tiny;", "class Tiny { public int Mine() => 3; public class Inner { public int Mine() => 3; } }")),
        HeadFolderTests.Classifier("\"id2label\": {\"0\": \"a\", \"1\": \"b\"}", labels: 2).File).Output);

    private static void AssertMarked(Compilation compilation)
    {
        INamedTypeSymbol type = compilation.GetTypeByMetadataName("Demo.Tiny")!;
        Assert.False(IsMarked(type));
        Assert.DoesNotContain(AllAttributes(type), name => name is "DebuggerNonUserCodeAttribute" or "DebuggerStepThroughAttribute" or "DebuggerHiddenAttribute");

        INamedTypeSymbol[] shared = [.. SharedFilesTests.Types(compilation)];
        Assert.InRange(shared.Length, 6, 13);
        Assert.All(shared.Where(type => type.TypeKind == TypeKind.Class), type => Assert.True(IsMarked(type)));
        Assert.All(shared.Where(type => type.TypeKind == TypeKind.Interface), type => Assert.Contains(type.GetAttributes(), attribute => attribute.AttributeClass?.Name == "GeneratedCodeAttribute"));

        ISymbol[] members = [.. type.GetMembers().Where(member => !member.IsImplicitlyDeclared && member is IPropertySymbol or INamedTypeSymbol or IMethodSymbol { AssociatedSymbol: null })];
        Assert.Equal(["Inner", "Mine"], members.Where(member => !IsMarked(member)).Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.InRange(members.Length, 15, 100);

        // Fields are constants or assigned in methods: an initializer would be code of the class's own constructors.
        Assert.DoesNotContain(type.GetMembers().OfType<IFieldSymbol>(), field => !field.IsConst && field.DeclaringSyntaxReferences.Single().GetSyntax().ToString().Contains('='));
    }

    private static bool IsMarked(ISymbol symbol)
    {
        AttributeData? generated = symbol.GetAttributes().SingleOrDefault(attribute => attribute.AttributeClass?.Name == "GeneratedCodeAttribute");
        bool excluded = symbol.GetAttributes().Any(attribute => attribute.AttributeClass?.ToDisplayString() == "System.Diagnostics.CodeAnalysis.ExcludeFromCodeCoverageAttribute");
        Assert.Equal(generated is not null, excluded);
        Assert.True(generated is null || generated.ConstructorArguments is [{ Value: "GeneratedEncoder" }, { Value: string }]);
        return excluded;
    }

    private static IEnumerable<string?> AllAttributes(INamedTypeSymbol type) => type.GetMembers().Append(type)
        .SelectMany(member => member.GetAttributes().Select(attribute => attribute.AttributeClass?.Name).Concat(member is INamedTypeSymbol nested && !ReferenceEquals(nested, type) ? AllAttributes(nested) : []));
}

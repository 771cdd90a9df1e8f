"""
Which files of which Debian packages are photographs. Everything was looked at; drawings and renders are left out.

That leaves nothing of ukui-wallpapers and lomiri-wallpapers itself (the photographs are in the packages per release).
"""
from dataclasses import dataclass

BACKGROUNDS = "usr/share/backgrounds"
KDE = "usr/share/wallpapers"
GCOMPRIS = "gcompris/src/activities"


@dataclass(frozen=True)
class Source:
    """`photos` are paths below `folder`. `copyright_folder` is what the package's copyright file calls that folder."""

    package: str
    folder: str
    copyright_folder: str
    photos: tuple[str, ...]
    # GCompris' WebP is compressed hard; at half size what is left of its blocks is gone.
    factor: float | None = None
    # Qt resource file that the photos are in.
    inside: str | None = None


def _each(template: str, names: str) -> tuple[str, ...]:
    return tuple(template.format(name) for name in names.split())


SOURCES = (
    Source(
        "mate-backgrounds", f"{BACKGROUNDS}/mate/nature", "nature",
        _each("{}.jpg", "Aqua Blinds Dune FreshFlower Garden GreenMeadow LadyBird RainDrops Storm TwoWings Wood "
                        "YellowFlower"),
    ),
    Source(
        "lomiri-wallpapers-16.04", BACKGROUNDS, "16.04",
        _each("{}.jpg", "Bridge_by_Sander_Klootwijk Dragonfly_by_Bolly Picture_0B_by_freespace "
                        "Picture_1A_by_freespace Wine_by_Jakkub_Mede aitzgorri_by_Aitzol_Berasategi "
                        "free_by_Peter_Nerlich friends_by_Aitzol_Berasategi greentock_by_Peter_Nerlich "
                        "life_by_Aitzol_Berasategi picosdeeuropa_by_Aitzol_Berasategi "
                        "seeding_by_Clements_Engelhardt sunset_by_Aitzol_Berasategi"),
    ),
    Source("lomiri-wallpapers-20.04", BACKGROUNDS, "20.04", ("Kleiber_by_Lukas_Baubkus.jpg",)),
    Source(
        "plasma-workspace-wallpapers", KDE, "",
        _each("{}/contents/images/2560x1600.jpg", "BytheWater ColdRipple ColorfulCups DarkestHour EveningGlow "
                                                  "FallenLeaf Grey Kite OneStandsOut Path summer_1am"),
    ),
    Source(
        "gcompris-qt-data", f"{GCOMPRIS}/erase/resource", "src/activities/erase/resource",
        _each("{}.webp", "alpaca bee butterfly calf camels caterpillar chamaeleon cheetah crab dolphin flying_fox "
                         "gibbon giraffe goat gorilla gosling heron horse kingfisher kitten long_nosed_monkey macaque "
                         "meerkats northern_harrier nubian_ibex penguin pika red_panda rhinoceros spoonbills squirrel "
                         "swans toucan"),
        0.5, "erase.rcc",
    ),
    Source(
        "gcompris-qt-data", f"{GCOMPRIS}/explore_farm_animals/resource/animals",
        "src/activities/explore_farm_animals/resource/animals",
        _each("{}.webp", "cat chicken cow dog duck horse owl pig sheep"),
        0.5, "explore_farm_animals.rcc",
    ),
    Source(
        "gcompris-qt-data", f"{GCOMPRIS}/explore_world_animals/resource/animals",
        "src/activities/explore_world_animals/resource/animals",
        _each("{}.webp", "bison chameleon crocodile dragon giraffe hedgehog jaguar kangaroo koala lemur moose narwhal "
                         "panda polar_bear scarlet_macaw"),
        0.5, "explore_world_animals.rcc",
    ),
    Source(
        "gcompris-qt-data", f"{GCOMPRIS}/explore_monuments/resource", "src/activities/explore_monuments/resource",
        _each("{}.webp", "egypt/greatPyramidOfGiza france/arlesAmphitheater france/chateaudeChambord "
                         "france/chateaudeChenonceau france/citedeCarcassonne france/montStMichel france/palaisdesPapes "
                         "france/pontduGard france/reimsCathedral france/rocamadour germany/aulaPalatina "
                         "germany/berlinCathedral germany/brandenburgGate germany/neuschwansteinCastle "
                         "germany/schwerinPalace germany/trierImperialBaths germany/wormsCathedral india/ajantaCave "
                         "india/charminar india/gatewayofIndia india/goldenTemple india/greatStupa india/hawaMahal "
                         "india/konarkSunTemple india/mysorePalace india/qutubMinar india/rangGhar "
                         "usa/canyondeChelly usa/castillodeSanMarcos usa/fortSumter usa/georgeWashingtonBirthplace "
                         "usa/lincolnMemorial usa/mountRushmore usa/navajo usa/statueofLiberty wonders/chichenItza "
                         "wonders/christTheRedeemer wonders/colosseum wonders/greatWallofChina wonders/machuPicchu "
                         "wonders/petra wonders/tajMahal"),
        0.5, "explore_monuments.rcc",
    ),
)

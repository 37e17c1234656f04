// What the pipeline uses of git/ beyond reading: parsing, selections, provenance.
#pragma once

#include "git/object_parse.h"
#include "git/object_places.h"
#include "git/provenance.h"
#include "git/selection.h"
